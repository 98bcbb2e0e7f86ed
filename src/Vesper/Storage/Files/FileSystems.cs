using Vesper.Storage.Files.Native;

namespace Vesper.Storage.Files;

/// <summary>Chooses the file system of the operating system that the process runs on.</summary>
internal static class FileSystems
{
    /// <summary>
    /// The real one. On an operating system without an implementation, its use is a <see
    /// cref="PlatformNotSupportedException"/>.
    /// </summary>
    public static IFileSystem Current { get; } = Choose();

    private static IFileSystem Choose()
    {
        if (OperatingSystem.IsLinux())
        {
            return new LinuxFileSystem();
        }

        if (OperatingSystem.IsMacOS())
        {
            return new MacFileSystem();
        }

        return OperatingSystem.IsWindows()
            ? new WindowsFileSystem()
            : throw new PlatformNotSupportedException("Vesper stores data on Linux, macOS and Windows.");
    }
}
