using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>
/// One open descriptor, kept from the first write to the last sync, because the kernel reports a lost write to it only.
/// </summary>
/// <param name="sync">The platform's call that reaches the disk: 0 on success, else −1 and errno.</param>
internal sealed class PosixFile(SafeFileHandle handle, string path, Func<SafeFileHandle, int> sync) : IFile
{
    public string Path => path;

    public long Length
    {
        get
        {
            long length = PosixCalls.Length(handle);
            return length >= 0 ? length : throw PosixErrors.Describe(Marshal.GetLastPInvokeError(), "lseek", path);
        }
    }

    public int ReadAt(Span<byte> into, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        int done = 0;
        while (done < into.Length)
        {
            nint count = PosixCalls.Read(handle, into[done..], offset + done);
            if (count == 0)
            {
                break;
            }

            if (count > 0)
            {
                done += (int)count;
            }
            else
            {
                ThrowUnlessInterrupted("pread");
            }
        }

        Debug.Assert(done <= into.Length, "the kernel gives no more than was asked for");
        return done;
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        int done = 0;
        while (done < bytes.Length)
        {
            nint count = PosixCalls.Write(handle, bytes[done..], offset + done);
            if (count > 0)
            {
                done += (int)count;
            }
            else if (count == 0)
            {
                throw new StorageException($"pwrite {path}: the system wrote nothing and gave no reason");
            }
            else
            {
                ThrowUnlessInterrupted("pwrite");
            }
        }
    }

    public void SetLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        while (PosixCalls.Truncate(handle, length) != 0)
        {
            ThrowUnlessInterrupted("ftruncate");
        }
    }

    public void Sync()
    {
        while (sync(handle) != 0)
        {
            ThrowUnlessInterrupted("sync");
        }
    }

    public void Dispose() => handle.Dispose();

    private void ThrowUnlessInterrupted(string operation)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno != PosixErrors.Interrupted)
        {
            throw PosixErrors.Describe(errno, operation, path);
        }
    }
}
