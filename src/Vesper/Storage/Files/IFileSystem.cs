namespace Vesper.Storage.Files;

/// <summary>
/// The operations of the operating system that durability rests on, and no more. Failures are <see
/// cref="StorageException"/>.
/// </summary>
internal interface IFileSystem
{
    /// <summary>Creates a new file for writing (and reading); fails when it exists.</summary>
    IFile Create(string path);

    /// <summary>Opens an existing file for reading. A missing file is a <see cref="FileNotFoundException"/>.</summary>
    IFile OpenRead(string path);

    /// <summary>Atomically renames within one file system, replacing the target. Never copies.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; false when there was none.</summary>
    bool Delete(string path);

    /// <summary>Whether a file exists.</summary>
    bool Exists(string path);

    /// <summary>
    /// Names (not paths) of the entries of a directory, sorted ordinally; empty when it does not exist.
    /// </summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Creates a directory (parents must exist or are created); does not sync.</summary>
    void CreateDirectory(string path);

    /// <summary>Deletes an empty directory; false when there was none.</summary>
    bool DeleteDirectory(string path);

    /// <summary>Whether a directory exists.</summary>
    bool DirectoryExists(string path);

    /// <summary>Makes creates, renames and deletes in the directory durable.</summary>
    void SyncDirectory(string path);

    /// <summary>
    /// Takes the lock file, exclusive or shared, without waiting; null when another holder (also in this process)
    /// conflicts. The file is created when missing, and never deleted.
    /// </summary>
    IDisposable? TryLock(string path, bool shared);

    /// <summary>Bytes free for this user on the file system that holds the path.</summary>
    long FreeBytes(string path);
}
