using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>
/// macOS: F_FULLFSYNC, because fsync there stops at the drive's cache. Unverified until run.
/// </summary>
internal sealed class MacFileSystem : PosixFileSystem
{
    private const int OpenNonBlocking = 0x4;
    private const int OpenCloseOnExec = 0x1000000;
    private const int OpenDirectory = 0x100000;
    private const int FullSync = 51;
    private const int InvalidArgument = 22;
    private const int NotForThisDevice = 25;
    private const int NotSupported = 45;

    protected override int ReadFlags => OpenCloseOnExec | OpenNonBlocking;

    protected override int DirectoryFlags => OpenCloseOnExec | OpenDirectory;

    /// <summary>
    /// Through .NET: open(2) takes the mode as a variadic argument, which ARM64 macOS passes on the stack, where a
    /// P/Invoke does not. The shared advisory lock that .NET takes with the handle conflicts with no reader of ours.
    /// </summary>
    protected override SafeFileHandle CreateExclusive(string path)
    {
        try
        {
            const FileShare all = FileShare.ReadWrite | FileShare.Delete;
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, all);
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, "create", path);
        }
    }

    protected override int SyncContent(SafeFileHandle file)
    {
        int result = PosixCalls.FileControl(file, FullSync);

        // File systems without the command (network ones) have fsync as their strongest.
        bool unknown = result < 0
            && Marshal.GetLastPInvokeError() is InvalidArgument or NotForThisDevice or NotSupported;
        return unknown ? PosixCalls.FileSync(file) : Math.Min(result, 0);
    }

    protected override int SyncEntries(SafeFileHandle directory) => SyncContent(directory);
}
