using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>
/// One open handle. Reads and writes go through RandomAccess, which is positional there; sync does not. Unverified
/// until run.
/// </summary>
internal sealed class WindowsFile(SafeFileHandle handle, string path, bool writable) : IFile
{
    public string Path => path;

    public long Length => Guard("get length of", static (file, _) => RandomAccess.GetLength(file), 0L);

    public int ReadAt(Span<byte> into, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        int done = 0;
        try
        {
            int count;
            while (done < into.Length && (count = RandomAccess.Read(handle, into[done..], offset + done)) > 0)
            {
                done += count;
            }
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, "read", path);
        }

        return done;
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, "write", path);
        }
    }

    public void SetLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Guard("set length of", static (file, to) => { RandomAccess.SetLength(file, to); return to; }, length);
    }

    public void Sync()
    {
        if (writable)
        {
            Flush(handle);
            return;
        }

        // FlushFileBuffers asks for write access, whoever wrote the bytes.
        using SafeFileHandle writer = WindowsFileSystem.Open(path, FileMode.Open, FileAccess.ReadWrite);
        Flush(writer);
    }

    public void Dispose() => handle.Dispose();

    private void Flush(SafeFileHandle file)
    {
        if (!WindowsCalls.FlushFileBuffers(file))
        {
            throw WindowsCalls.LastError("flush", path);
        }
    }

    private long Guard(string operation, Func<SafeFileHandle, long, long> call, long argument)
    {
        try
        {
            return call(handle, argument);
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, operation, path);
        }
    }
}
