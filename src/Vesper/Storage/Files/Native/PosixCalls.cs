using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>
/// The C library's file calls, as Linux and macOS share them on 64-bit machines (off_t has 64 bits there). Each returns
/// what the C function returns; errno is <see cref="Marshal.GetLastPInvokeError"/>. No call takes a struct, so no
/// layout is assumed.
/// </summary>
internal static partial class PosixCalls
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockNoWait = 4;
    private const int SeekEnd = 2;

    /// <summary>open(2) of an existing file: without O_CREAT it takes no third argument.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    /// <summary>
    /// open(2) with a mode. Variadic in C: only where the platform passes variadic arguments like named ones (not macOS
    /// on ARM64).
    /// </summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenWithMode(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int FileSync(SafeFileHandle file);

    /// <summary>Linux only.</summary>
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int FileDataSync(SafeFileHandle file);

    /// <summary>fcntl(2) for commands that take no third argument.</summary>
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    /// <summary>
    /// Bytes of the file. Moves the descriptor's own position, which positional reads and writes do not look at.
    /// </summary>
    public static long Length(SafeFileHandle file) => Seek(file, 0, SeekEnd);

    /// <summary>One pread: bytes read, 0 at the end, −1 on error.</summary>
    public static unsafe nint Read(SafeFileHandle file, Span<byte> into, long offset)
    {
        Debug.Assert(offset >= 0 && into.Length > 0, "a read has a place and a size");
        fixed (byte* start = into)
        {
            // SAFETY: the kernel writes at most into.Length bytes from start, which is pinned for the call and holds
            // that many.
            return ReadAt(file, start, (nuint)into.Length, offset);
        }
    }

    /// <summary>One pwrite: bytes written, −1 on error.</summary>
    public static unsafe nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Debug.Assert(offset >= 0 && bytes.Length > 0, "a write has a place and a size");
        fixed (byte* start = bytes)
        {
            // SAFETY: the kernel reads at most bytes.Length bytes from start, which is pinned for the call and holds
            // that many.
            return WriteAt(file, start, (nuint)bytes.Length, offset);
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    // SAFETY: called above only, with a pinned span and its own length.
    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static unsafe partial nint ReadAt(SafeFileHandle file, byte* into, nuint count, long offset);

    // SAFETY: called above only, with a pinned span and its own length.
    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static unsafe partial nint WriteAt(SafeFileHandle file, byte* bytes, nuint count, long offset);
}
