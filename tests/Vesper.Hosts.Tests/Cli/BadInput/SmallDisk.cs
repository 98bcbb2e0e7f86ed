using System.Diagnostics;

namespace Vesper.Hosts.Tests.Cli.BadInput;

/// <summary>A small file system of its own in a folder (tmpfs), which only root on Linux may mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <summary>Bytes that are free.</summary>
    public long FreeBytes => new DriveInfo(_folder).AvailableFreeSpace;

    /// <summary>Mounts it over an empty folder, or skips the test with the reason.</summary>
    public static SmallDisk MountOrSkip(string folder, int mebibytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a disk that fills up needs tmpfs, which is Linux's");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a disk that fills up needs tmpfs, which root may mount");
        Directory.CreateDirectory(folder);
        var (exitCode, errors) = Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "vesper-test", folder);
        Assert.SkipUnless(exitCode == 0, $"a disk that fills up needs tmpfs, and it cannot be mounted here: {errors}");
        return new SmallDisk(folder);
    }

    /// <summary>Takes space away, down to so many free bytes; the file gives it back when it is deleted.</summary>
    public string FillTo(long freeBytes)
    {
        var path = Path.Combine(_folder, "ballast");
        using var file = File.Create(path);
        var chunk = new byte[1 << 20];
        while (FreeBytes > freeBytes)
        {
            file.Write(chunk.AsSpan(0, (int)Math.Min(chunk.Length, FreeBytes - freeBytes)));
            file.Flush();
        }

        return path;
    }

    public void Dispose() => Run("umount", _folder);

    private static (int ExitCode, string Errors) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors.Trim());
    }
}
