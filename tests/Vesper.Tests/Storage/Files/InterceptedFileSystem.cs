using Vesper.Storage.Files;

namespace Vesper.Tests.Storage.Files;

/// <summary>
/// Passes all to another file system and lets a derived class look at, change or fail each operation.
/// </summary>
internal abstract class InterceptedFileSystem(IFileSystem inner) : IFileSystem
{
    /// <summary>Called before the operation; throwing makes it fail without effect.</summary>
    protected abstract void Before(FileOperation operation);

    /// <summary>Called after the operation has succeeded.</summary>
    protected virtual void After(FileOperation operation)
    {
    }

    /// <summary>Writes; may write less and throw.</summary>
    protected virtual void Write(IFile file, ReadOnlySpan<byte> bytes, FileOperation operation)
    {
        Before(operation);
        file.WriteAt(bytes, operation.Offset);
    }

    /// <summary>May change what was read.</summary>
    protected virtual void Seen(Span<byte> bytes, FileOperation operation)
    {
    }

    public IFile Create(string path) =>
        Run(new FileOperation(FileOperationKind.Create, path), () => new InterceptedFile(this, inner.Create(path)));

    public IFile OpenRead(string path) =>
        Run(new FileOperation(FileOperationKind.OpenRead, path), () => new InterceptedFile(this, inner.OpenRead(path)));

    public void Rename(string from, string to) =>
        Run(new FileOperation(FileOperationKind.Rename, from, to), () => Done(() => inner.Rename(from, to)));

    public bool Delete(string path) =>
        Run(new FileOperation(FileOperationKind.Delete, path), () => inner.Delete(path));

    public bool Exists(string path) => inner.Exists(path);

    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    public void CreateDirectory(string path) => Run(
        new FileOperation(FileOperationKind.CreateDirectory, path), () => Done(() => inner.CreateDirectory(path)));

    public bool DeleteDirectory(string path) =>
        Run(new FileOperation(FileOperationKind.DeleteDirectory, path), () => inner.DeleteDirectory(path));

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public void SyncDirectory(string path) => Run(
        new FileOperation(FileOperationKind.SyncDirectory, path), () => Done(() => inner.SyncDirectory(path)));

    public IDisposable? TryLock(string path, bool shared) =>
        Run(new FileOperation(FileOperationKind.Lock, path), () => inner.TryLock(path, shared));

    public virtual long FreeBytes(string path) => inner.FreeBytes(path);

    private static bool Done(Action call)
    {
        call();
        return true;
    }

    private T Run<T>(FileOperation operation, Func<T> call)
    {
        Before(operation);
        T result = call();
        After(operation);
        return result;
    }

    private sealed class InterceptedFile(InterceptedFileSystem owner, IFile file) : IFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int ReadAt(Span<byte> into, long offset)
        {
            var operation = new FileOperation(FileOperationKind.Read, Path, null, offset, into.Length);
            owner.Before(operation);
            int count = file.ReadAt(into, offset);
            owner.Seen(into[..count], operation with { Length = count });
            owner.After(operation with { Length = count });
            return count;
        }

        public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
        {
            var operation = new FileOperation(FileOperationKind.Write, Path, null, offset, bytes.Length);
            owner.Write(file, bytes, operation);
            owner.After(operation);
        }

        public void SetLength(long length) => owner.Run(
            new FileOperation(FileOperationKind.SetLength, Path, null, 0, length),
            () => Done(() => file.SetLength(length)));

        public void Sync() => owner.Run(
            new FileOperation(FileOperationKind.Sync, Path), () => Done(file.Sync));

        public void Dispose() => file.Dispose();
    }
}
