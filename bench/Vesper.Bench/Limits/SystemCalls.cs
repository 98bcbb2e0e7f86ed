using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Bench.Limits;

/// <summary>The calls of Linux that .NET does not offer: past the page cache, and syncs that report errors.</summary>
internal static partial class SystemCalls
{
    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;
    private const int DontNeed = 4;
    private const int InvalidArgument = 22;

    /// <summary>Whether these calls exist here.</summary>
    public static bool AreSupported => OperatingSystem.IsLinux();

    private static int Direct => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.Arm64 or Architecture.Arm => 0x10000,
        _ => 0x4000,
    };

    /// <summary>
    /// Opens an existing file past the page cache (O_DIRECT); null where the file system does not offer it.
    /// </summary>
    public static SafeFileHandle? OpenDirect(string path)
    {
        var descriptor = OpenFile(path, ReadWrite | CloseOnExec | Direct);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        return Marshal.GetLastPInvokeError() == InvalidArgument ? null : throw Failed("open", path);
    }

    /// <summary>fsync: content and metadata.</summary>
    public static void Sync(SafeFileHandle file) => Check(SyncFile(file), "fsync");

    /// <summary>fdatasync: content, and of the metadata what reading it back needs.</summary>
    public static void SyncData(SafeFileHandle file) => Check(SyncFileData(file), "fdatasync");

    /// <summary>Makes a file's content durable and then forgets what of it is in the page cache.</summary>
    public static void DropCache(SafeFileHandle file)
    {
        // Only clean pages can be dropped.
        SyncData(file);
        var error = Advise(file, 0, 0, DontNeed);
        if (error != 0)
        {
            throw new Win32Exception(error, "posix_fadvise failed");
        }
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw Failed(call, "the measured file");
        }
    }

    private static Win32Exception Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{call} of {path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncFile(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncFileData(SafeFileHandle file);

    /// <summary>Returns the error instead of setting it.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}

/// <summary>A block of memory on a page boundary, as reads past the page cache need it.</summary>
internal sealed unsafe class PageBlock : IDisposable
{
    private const int PageBytes = 4096;

    private readonly int _length;
    private void* _start;

    /// <summary>Allocates the block, zeroed.</summary>
    public PageBlock(int length)
    {
        _length = length;
        _start = NativeMemory.AlignedAlloc((nuint)length, PageBytes);
        Span.Clear();
    }

    /// <summary>The whole block.</summary>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);

            // SAFETY: the block has this length until it is disposed.
            return new Span<byte>(_start, _length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
