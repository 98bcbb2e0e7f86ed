using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Vesper.Numerics.Kernels;

/// <summary>What the processor is and which kernels this process uses on it.</summary>
/// <remarks>Immutable, thread-safe. What the processor does not tell is empty.</remarks>
public sealed record CpuReport
{
    /// <summary>Manufacturer and model, as the processor names itself; empty where it does not.</summary>
    public required string Brand { get; init; }

    /// <summary>Architecture of this process.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Processors that this process may use.</summary>
    public required int Processors { get; init; }

    /// <summary>Instruction sets that the runtime uses here, by the runtime's names.</summary>
    public required IReadOnlyList<string> InstructionSets { get; init; }

    /// <summary>Data caches, nearest first.</summary>
    public required IReadOnlyList<CpuCache> Caches { get; init; }

    /// <summary>The kernels of each width, narrowest first.</summary>
    public required IReadOnlyList<KernelWidth> Kernels { get; init; }

    /// <summary>What the environment variable <c>VESPER_KERNEL</c> says; null without it.</summary>
    public string? Forced { get; init; }

    /// <summary>Asks this machine.</summary>
    /// <exception cref="KernelUnavailableException">The environment forces a kernel that is not there.</exception>
    public static CpuReport Read() => new()
    {
        Brand = X86Base.IsSupported ? ReadBrand() : "",
        Architecture = RuntimeInformation.ProcessArchitecture,
        Processors = Environment.ProcessorCount,
        InstructionSets = [.. Sets().Where(set => set.IsSupported).Select(set => set.Name)],
        Caches = X86Base.IsSupported ? ReadCaches() : [],
        Kernels = [.. KernelTable.All.Select(row => new KernelWidth(
            row.Name, row.WidthBits, row.IsSupported, row == KernelTable.Current))],
        Forced = Environment.GetEnvironmentVariable(KernelTable.Variable),
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Brand} ({Architecture}), {Processors} processors");
        text.AppendLine(CultureInfo.InvariantCulture, $"instruction sets: {string.Join(", ", InstructionSets)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"data caches: {string.Join(", ", Caches)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"kernels: {string.Join(", ", Kernels)}");
        text.Append(CultureInfo.InvariantCulture, $"{KernelTable.Variable}: {Forced ?? "not set"}");
        return text.ToString();
    }

    private static (string Name, bool IsSupported)[] Sets() =>
    [
        ("Sse42", Sse42.IsSupported),
        ("Popcnt", Popcnt.IsSupported),
        ("Avx", Avx.IsSupported),
        ("Avx2", Avx2.IsSupported),
        ("Fma", Fma.IsSupported),
        ("Bmi2", Bmi2.X64.IsSupported),
        ("AvxVnni", AvxVnni.IsSupported),
        ("Avx512F", Avx512F.IsSupported),
        ("Avx512BW", Avx512BW.IsSupported),
        ("Avx512DQ", Avx512DQ.IsSupported),
        ("Avx512CD", Avx512CD.IsSupported),
        ("Avx512Vbmi", Avx512Vbmi.IsSupported),
        ("AdvSimd", AdvSimd.IsSupported),
        ("Dp", Dp.IsSupported),
        ("Crc32", Crc32.IsSupported),
    ];

    // Leaves 0x80000002 … 4 hold 48 characters.
    private static string ReadBrand()
    {
        const uint First = 0x80000002;
        if ((uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < First + 2)
        {
            return "";
        }

        Span<byte> characters = stackalloc byte[48];
        for (int i = 0; i < 3; i++)
        {
            (int eax, int ebx, int ecx, int edx) = X86Base.CpuId((int)(First + (uint)i), 0);
            BinaryPrimitives.WriteInt32LittleEndian(characters[(16 * i)..], eax);
            BinaryPrimitives.WriteInt32LittleEndian(characters[(16 * i + 4)..], ebx);
            BinaryPrimitives.WriteInt32LittleEndian(characters[(16 * i + 8)..], ecx);
            BinaryPrimitives.WriteInt32LittleEndian(characters[(16 * i + 12)..], edx);
        }

        return Encoding.ASCII.GetString(characters).Trim('\0', ' ');
    }

    // The deterministic cache parameters: leaf 4, and in the same form leaf 0x8000001D on AMD.
    private static List<CpuCache> ReadCaches()
    {
        const int LevelsMax = 8;
        const uint Amd = 0x8000001D;
        var caches = new List<CpuCache>();
        bool isAmd = X86Base.CpuId(0, 0).Ebx == 0x68747541;
        bool isThere = isAmd
            ? (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax >= Amd
            : X86Base.CpuId(0, 0).Eax >= 4;
        for (int i = 0; isThere && i < LevelsMax; i++)
        {
            (int eax, int ebx, int ecx, _) = X86Base.CpuId(isAmd ? unchecked((int)Amd) : 4, i);
            int kind = eax & 0x1F;
            if (kind == 0)
            {
                break;
            }

            long ways = ((uint)ebx >> 22) + 1;
            long partitions = (((uint)ebx >> 12) & 0x3FF) + 1;
            long lineBytes = ((uint)ebx & 0xFFF) + 1;
            if (kind is 1 or 3)
            {
                caches.Add(new CpuCache((eax >> 5) & 7, ways * partitions * lineBytes * ((long)(uint)ecx + 1)));
            }
        }

        return caches;
    }
}

/// <summary>A data cache.</summary>
/// <param name="Level">1 is the nearest.</param>
/// <param name="Bytes">Its size, as one core sees it.</param>
public readonly record struct CpuCache(int Level, long Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"L{Level} {Bytes / 1024} KiB");
}

/// <summary>The kernels of one width.</summary>
/// <param name="Name">What <c>VESPER_KERNEL</c> calls them.</param>
/// <param name="WidthBits">Bits of a vector; 32 for scalar code.</param>
/// <param name="IsSupported">Whether this processor runs them in hardware.</param>
/// <param name="IsChosen">Whether this process uses them.</param>
public readonly record struct KernelWidth(string Name, int WidthBits, bool IsSupported, bool IsChosen)
{
    /// <inheritdoc/>
    public override string ToString() => Name + (IsChosen ? " (chosen)" : IsSupported ? "" : " (not here)");
}
