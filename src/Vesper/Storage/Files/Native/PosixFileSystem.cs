using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>
/// What Linux and macOS have in common. Calls whose failure .NET hides or whose meaning it changes (sync, rename, lock,
/// unlink, positional reads and writes) go to the C library; listing and making directories stay with System.IO.
/// </summary>
internal abstract class PosixFileSystem : IFileSystem
{
    /// <summary>O_CLOEXEC, and O_NONBLOCK so that a pipe under a data file's name cannot hang the open.</summary>
    protected abstract int ReadFlags { get; }

    /// <summary>O_CLOEXEC and O_DIRECTORY.</summary>
    protected abstract int DirectoryFlags { get; }

    /// <summary>Creates a file that must not exist, for reading and writing.</summary>
    protected abstract SafeFileHandle CreateExclusive(string path);

    /// <summary>Brings the file's content to the disk: 0, or −1 and errno.</summary>
    protected abstract int SyncContent(SafeFileHandle file);

    /// <summary>Brings a directory's entries to the disk: 0, or −1 and errno.</summary>
    protected abstract int SyncEntries(SafeFileHandle directory);

    public IFile Create(string path) => new PosixFile(CreateExclusive(path), path, SyncContent);

    public IFile OpenRead(string path) =>
        new PosixFile(OpenExisting(path, PosixCalls.ReadOnly | ReadFlags), path, SyncContent);

    public void Rename(string from, string to)
    {
        while (PosixCalls.Rename(from, to) != 0)
        {
            ThrowUnlessInterrupted("rename", $"{from} to {to}");
        }
    }

    public bool Delete(string path)
    {
        while (PosixCalls.Unlink(path) != 0)
        {
            if (Marshal.GetLastPInvokeError() == PosixErrors.NoEntry)
            {
                return false;
            }

            ThrowUnlessInterrupted("unlink", path);
        }

        return true;
    }

    public bool Exists(string path) => File.Exists(path);

    public IReadOnlyList<string> List(string directory) => ManagedDirectories.List(directory);

    public void CreateDirectory(string path) => ManagedDirectories.Create(path);

    public bool DeleteDirectory(string path) => ManagedDirectories.Delete(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public void SyncDirectory(string path)
    {
        using SafeFileHandle directory = OpenExisting(path, PosixCalls.ReadOnly | DirectoryFlags);
        while (SyncEntries(directory) != 0)
        {
            ThrowUnlessInterrupted("sync directory", path);
        }
    }

    public IDisposable? TryLock(string path, bool shared)
    {
        SafeFileHandle handle = OpenOrCreateLock(path, shared);
        int operation = (shared ? PosixCalls.LockShared : PosixCalls.LockExclusive) | PosixCalls.LockNoWait;
        try
        {
            while (PosixCalls.Lock(handle, operation) != 0)
            {
                if (Marshal.GetLastPInvokeError() == PosixErrors.WouldBlock)
                {
                    handle.Dispose();
                    return null;
                }

                ThrowUnlessInterrupted("flock", path);
            }
        }
        catch (StorageException)
        {
            handle.Dispose();
            throw;
        }

        // Closing the only descriptor of the open file gives the lock back.
        return handle;
    }

    public long FreeBytes(string path) => ManagedDirectories.FreeBytes(path);

    protected static void ThrowUnlessInterrupted(string operation, string path)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno != PosixErrors.Interrupted)
        {
            throw PosixErrors.Describe(errno, operation, path);
        }
    }

    /// <summary>
    /// A shared lock asks for reading only, so that it works in a directory that the user may not write.
    /// </summary>
    private SafeFileHandle OpenOrCreateLock(string path, bool shared)
    {
        if (!File.Exists(path))
        {
            CreateIfMissing(path);
        }

        return OpenExisting(path, (shared ? PosixCalls.ReadOnly : PosixCalls.ReadWrite) | ReadFlags);
    }

    private void CreateIfMissing(string path)
    {
        try
        {
            CreateExclusive(path).Dispose();
        }
        catch (StorageException) when (File.Exists(path))
        {
            // Another opener made it meanwhile.
        }
    }

    private static SafeFileHandle OpenExisting(string path, int flags)
    {
        Debug.Assert(!path.Contains('\0'), "a path is one C string");
        int descriptor;
        while ((descriptor = PosixCalls.Open(path, flags)) < 0)
        {
            if (Marshal.GetLastPInvokeError() == PosixErrors.NoEntry)
            {
                throw new FileNotFoundException($"There is no {path}", path);
            }

            ThrowUnlessInterrupted("open", path);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }
}
