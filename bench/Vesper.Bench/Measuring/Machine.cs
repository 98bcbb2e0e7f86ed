using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Bench.Measuring;

/// <summary>Says where a measurement was made, and of which commit.</summary>
internal static class Machine
{
    private static readonly TimeSpan GitMost = TimeSpan.FromSeconds(20);

    /// <summary>The facts of this machine.</summary>
    public static MachineFacts Describe() => new(
        Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        Isa(),
        MemoryBytes(),
        $"{RuntimeInformation.OSDescription}, {Environment.OSVersion.VersionString}",
        Environment.Version.ToString());

    /// <summary>The commit of the repository, with <c>+</c> when files are changed; empty outside of one.</summary>
    public static string CommitOf(string? repository)
    {
        if (repository is null || Git(repository, "rev-parse", "--short=12", "HEAD") is not { Length: > 0 } commit)
        {
            return "";
        }

        return Git(repository, "status", "--porcelain") is "" ? commit : commit + "+";
    }

    /// <summary>The repository that holds this program, or null.</summary>
    public static string? FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vesper.slnx")))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    private static string Isa()
    {
        var width = Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128
            : 0;
        var names = new List<string> { $"{width}-bit vectors" };
        Add("AVX2", Avx2.IsSupported);
        Add("FMA", Fma.IsSupported);
        Add("AVX-512F", Avx512F.IsSupported);
        Add("AVX-512BW", Avx512BW.IsSupported);
        Add("AVX-VNNI", AvxVnni.IsSupported);
        return string.Join(", ", names);

        void Add(string name, bool supported)
        {
            if (supported)
            {
                names.Add(name);
            }
        }
    }

    private static long MemoryBytes()
    {
        var kib = Field("/proc/meminfo", "MemTotal")?.Split(' ')[0];
        return long.TryParse(kib, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value << 10
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }

    private static string? Field(string file, string name) => File.Exists(file)
        ? File.ReadLines(file)
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(':'))
            .Select(line => line[(line.IndexOf(':') + 1)..].Trim())
            .FirstOrDefault()
        : null;

    private static string? Git(string repository, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", ["-C", repository, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(GitMost))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            errors.Wait();
            return process.ExitCode == 0 ? output.Result.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
