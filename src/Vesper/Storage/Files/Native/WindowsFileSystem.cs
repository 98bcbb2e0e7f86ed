using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>
/// Windows: FlushFileBuffers for content, MoveFileEx with write-through for renames, share modes as the lock. NTFS
/// journals its directories and a flushed file's entry goes with it, so a directory needs no flush of its own.
/// Unverified until run.
/// </summary>
internal sealed class WindowsFileSystem : IFileSystem
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const FileShare All = FileShare.ReadWrite | FileShare.Delete;

    public IFile Create(string path) =>
        new WindowsFile(Open(path, FileMode.CreateNew, FileAccess.ReadWrite), path, writable: true);

    public IFile OpenRead(string path) =>
        new WindowsFile(Open(path, FileMode.Open, FileAccess.Read), path, writable: false);

    public void Rename(string from, string to)
    {
        if (!WindowsCalls.MoveFile(from, to, WindowsCalls.MoveReplaceExisting | WindowsCalls.MoveWriteThrough))
        {
            throw WindowsCalls.LastError("rename", $"{from} to {to}");
        }
    }

    public bool Delete(string path)
    {
        try
        {
            bool existed = File.Exists(path);
            File.Delete(path);
            return existed;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, "delete", path);
        }
    }

    public bool Exists(string path) => File.Exists(path);

    public IReadOnlyList<string> List(string directory) => ManagedDirectories.List(directory);

    public void CreateDirectory(string path) => ManagedDirectories.Create(path);

    public bool DeleteDirectory(string path) => ManagedDirectories.Delete(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public void SyncDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new FileNotFoundException($"There is no {path}", path);
        }
    }

    public IDisposable? TryLock(string path, bool shared)
    {
        (FileAccess access, FileShare share) = shared
            ? (FileAccess.Read, FileShare.Read)
            : (FileAccess.ReadWrite, FileShare.None);
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException error) when (error.HResult == SharingViolation)
        {
            return null;
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, "lock", path);
        }
    }

    public long FreeBytes(string path) =>
        ManagedDirectories.FreeBytes(Path.GetPathRoot(Path.GetFullPath(path)) is { Length: > 0 } root ? root : path);

    internal static SafeFileHandle Open(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return File.OpenHandle(path, mode, access, All);
        }
        catch (Exception error) when (mode == FileMode.Open
            && error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"There is no {path}", path, error);
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, mode == FileMode.Open ? "open" : "create", path);
        }
    }
}
