using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>What a screened row must not exceed: step × (sum of rounded table entries) + term ≤ limit.</summary>
internal readonly record struct ScreenLimit(float Step, float Limit);

/// <summary>
/// Finds rows of blocks whose sum of rounded table entries lies within a limit. Stateless, thread-safe.
/// </summary>
/// <remarks>
/// Sums are of 16 bits: tables are made so that they cannot pass 65,535. A block is its codes, padding to 64 bytes,
/// and 32 terms. All widths find the same rows on processors with fused multiply-add.
/// </remarks>
internal abstract class ScreenKernel
{
    /// <summary>Bytes of a block's terms, its end.</summary>
    public const int TermBytes = IBlockLayout.RowsPerBlock * sizeof(float);

    /// <summary>Those of 4-bit codes, narrowest first, in the order of <see cref="KernelTable.All"/>.</summary>
    public static IReadOnlyList<ScreenKernel> Nibbles { get; } =
    [
        new ScalarNibbleScreen(),
        new NibbleScreen<NibbleLanes128, Vector128<byte>>(),
        new NibbleScreen<NibbleLanes256, Vector256<byte>>(),
        new NibbleScreen<NibbleLanes512, Vector512<byte>>(),
    ];

    /// <summary>Those of codes of one byte, narrowest first.</summary>
    public static IReadOnlyList<ScreenKernel> Bytes { get; } = [new ScalarByteScreen(), new ByteScreen512()];

    /// <summary>Bits of one vector; 32 for scalar code.</summary>
    public abstract int WidthBits { get; }

    /// <summary>Whether this processor runs it in hardware.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>The widest of a list that runs here and does not pass the width of this process.</summary>
    public static ScreenKernel Widest(IReadOnlyList<ScreenKernel> kernels) =>
        kernels.Last(kernel => kernel.IsSupported && kernel.WidthBits <= KernelTable.Current.WidthBits);

    /// <summary>Screens whole blocks.</summary>
    /// <param name="tables">Rounded entries: 16 a part for 4-bit codes (parts a multiple of 4), else 256.</param>
    /// <param name="blocks">Blocks one after the other.</param>
    /// <param name="blockBytes">Bytes of one.</param>
    /// <param name="limit">What is within.</param>
    /// <param name="within">One for each block: bit s is set when the row in slot s is within.</param>
    public abstract void Screen(
        ReadOnlySpan<byte> tables, ReadOnlySpan<byte> blocks, int blockBytes, ScreenLimit limit, Span<uint> within);

    /// <summary>Asks for lines that come soon; on processors other than x86 it does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static unsafe void Prefetch(ref byte start, int bytes)
    {
        // SAFETY: a prefetch never faults, not even past the end of the blocks; no byte is looked at.
        Debug.Assert(bytes > 0);
        byte* line = (byte*)Unsafe.AsPointer(ref start);
        for (int i = 0; i < bytes && Sse.IsSupported; i += 64)
        {
            Sse.Prefetch0(line + i);
        }
    }

    /// <summary>Whether one row is within: what scalar kernels say, and what all others must agree with.</summary>
    protected static bool IsWithin(int sum, ReadOnlySpan<byte> block, int slot, ScreenLimit limit)
    {
        Debug.Assert(sum <= ushort.MaxValue);
        float term = MemoryMarshal.Read<float>(block[(block.Length - TermBytes + (slot * sizeof(float)))..]);
        return MathF.FusedMultiplyAdd(sum, limit.Step, term) <= limit.Limit;
    }
}

/// <summary>4-bit codes: the reference.</summary>
internal sealed class ScalarNibbleScreen : ScreenKernel
{
    public override int WidthBits => 32;

    public override bool IsSupported => true;

    public override void Screen(
        ReadOnlySpan<byte> tables, ReadOnlySpan<byte> blocks, int blockBytes, ScreenLimit limit, Span<uint> within)
    {
        int parts = tables.Length / 16;
        for (int b = 0; b < within.Length; b++)
        {
            ReadOnlySpan<byte> block = blocks.Slice(b * blockBytes, blockBytes);
            uint mask = 0;
            for (int slot = 0; slot < IBlockLayout.RowsPerBlock; slot++)
            {
                (int place, int shift) = NibbleBlocks.Place(slot);
                int sum = 0;
                for (int part = 0; part < parts; part++)
                {
                    sum += tables[(16 * part) + ((block[(16 * part) + place] >> shift) & 15)];
                }

                mask |= (IsWithin(sum, block, slot, limit) ? 1u : 0) << slot;
            }

            within[b] = mask;
        }
    }
}

/// <summary>
/// 4-bit codes by byte shuffles: the tables of several parts are in one register, each in a lane of 128 bits (F. André,
/// A.-M. Kermarrec, N. Le Scouarnec, Cache locality is not enough, VLDB 2015, §4; here with sums of 16 bits).
/// </summary>
internal sealed class NibbleScreen<TLanes, TVector> : ScreenKernel
    where TLanes : INibbleLanes<TVector> where TVector : struct
{
    public override int WidthBits => TLanes.WidthBits;

    public override bool IsSupported => TLanes.IsSupported;

    public override void Screen(
        ReadOnlySpan<byte> tables, ReadOnlySpan<byte> blocks, int blockBytes, ScreenLimit limit, Span<uint> within)
    {
        Debug.Assert(tables.Length % 64 == 0 && blockBytes == tables.Length + TermBytes);
        Debug.Assert(blocks.Length >= within.Length * blockBytes);
        ref byte block = ref MemoryMarshal.GetReference(blocks);
        for (int b = 0; b < within.Length; b++)
        {
            within[b] = ScreenBlock(ref MemoryMarshal.GetReference(tables), ref block, (nuint)tables.Length, limit);
            block = ref Unsafe.Add(ref block, blockBytes);
        }
    }

    /// <remarks>
    /// Bytes looked up are added as 16-bit words twice: as they are, where the odd byte disturbs the upper half, and
    /// the odd byte alone; the lanes subtract one from the other at the end.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ScreenBlock(ref byte tables, ref byte block, nuint bytes, ScreenLimit limit)
    {
        TVector evenLow = default, oddLow = default, evenHigh = default, oddHigh = default;
        for (nuint i = 0; i < bytes; i += (nuint)(TLanes.WidthBits / 8))
        {
            // SAFETY: tables and codes have `bytes` bytes each, a multiple of every width.
            TVector codes = TLanes.Load(ref block, i), table = TLanes.Load(ref tables, i);
            TVector low = TLanes.LookUp(table, TLanes.Low(codes)), high = TLanes.LookUp(table, TLanes.High(codes));
            evenLow = TLanes.AddWords(evenLow, low);
            oddLow = TLanes.AddWords(oddLow, TLanes.OddBytes(low));
            evenHigh = TLanes.AddWords(evenHigh, high);
            oddHigh = TLanes.AddWords(oddHigh, TLanes.OddBytes(high));
        }

        // SAFETY: 32 terms follow the codes.
        ref float terms = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref block, bytes));
        return TLanes.Within((evenLow, oddLow, evenHigh, oddHigh), ref terms, limit);
    }
}
