using Vesper.Storage.Files;

namespace Vesper.Tests.Storage.Files;

/// <summary>
/// A disk of a given size: what would grow files beyond it fails as on a full one. Files that were there before count
/// nothing. Thread-safe.
/// </summary>
internal sealed class CappedFileSystem(IFileSystem inner, long capacity) : InterceptedFileSystem(inner)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private long _others;

    /// <summary>Others take all that is left.</summary>
    public void Fill()
    {
        lock (_lock)
        {
            _others = capacity - _sizes.Values.Sum();
        }
    }

    /// <summary>Others give back what they took.</summary>
    public void Empty()
    {
        lock (_lock)
        {
            _others = 0;
        }
    }

    public override long FreeBytes(string path)
    {
        lock (_lock)
        {
            return Free;
        }
    }

    private long Free => Math.Max(0, capacity - _others - _sizes.Values.Sum());

    protected override void Before(FileOperation operation)
    {
    }

    protected override void Write(IFile file, ReadOnlySpan<byte> bytes, FileOperation operation)
    {
        lock (_lock)
        {
            var before = _sizes.GetValueOrDefault(operation.Path);
            var after = Math.Max(before, operation.Offset + bytes.Length);
            if (after - before > Free)
            {
                throw FaultyFileSystem.DiskFull(operation.Path);
            }

            _sizes[operation.Path] = after;
        }

        file.WriteAt(bytes, operation.Offset);
    }

    protected override void After(FileOperation operation)
    {
        lock (_lock)
        {
            switch (operation.Kind)
            {
                case FileOperationKind.SetLength:
                    _sizes[operation.Path] = operation.Length;
                    break;
                case FileOperationKind.Rename when _sizes.Remove(operation.Path, out var size):
                    _sizes[operation.Target!] = size;
                    break;
                case FileOperationKind.Delete:
                    _sizes.Remove(operation.Path);
                    break;
            }
        }
    }
}
