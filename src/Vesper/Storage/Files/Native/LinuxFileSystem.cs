using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>Linux: fdatasync for content, fsync for directories, the generic open flags of x64 and ARM64.</summary>
internal sealed class LinuxFileSystem : PosixFileSystem
{
    private const int OpenCreate = 0x40;
    private const int OpenExclusive = 0x80;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int ModeOwnerWritesOthersRead = 0b110_100_100;

    // O_DIRECTORY is one of the few flags that the ARM kernels number differently.
    private static readonly int OpenDirectory =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    protected override int ReadFlags => OpenCloseOnExec | OpenNonBlocking;

    protected override int DirectoryFlags => OpenCloseOnExec | OpenDirectory;

    protected override SafeFileHandle CreateExclusive(string path)
    {
        Debug.Assert(!path.Contains('\0'), "a path is one C string");
        const int flags = PosixCalls.ReadWrite | OpenCreate | OpenExclusive | OpenCloseOnExec;
        int descriptor;
        while ((descriptor = PosixCalls.OpenWithMode(path, flags, ModeOwnerWritesOthersRead)) < 0)
        {
            ThrowUnlessInterrupted("create", path);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    protected override int SyncContent(SafeFileHandle file) => PosixCalls.FileDataSync(file);

    protected override int SyncEntries(SafeFileHandle directory) => PosixCalls.FileSync(directory);
}
