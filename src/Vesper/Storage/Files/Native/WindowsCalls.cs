using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Storage.Files.Native;

/// <summary>The two calls of kernel32 that .NET offers only in weaker forms. Unverified until run.</summary>
internal static partial class WindowsCalls
{
    public const uint MoveReplaceExisting = 1;
    public const uint MoveWriteThrough = 8;
    private const int DiskFull = 112;
    private const int HandleDiskFull = 39;

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool FlushFileBuffers(SafeFileHandle file);

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool MoveFile(string from, string to, uint flags);

    /// <summary>The typed error of the call that just failed.</summary>
    public static StorageException LastError(string operation, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        VesperErrorCode code = error is DiskFull or HandleDiskFull ? VesperErrorCode.DiskFull : VesperErrorCode.Storage;
        string text = new Win32Exception(error).Message;
        return new StorageException($"{operation} {path}: error {error} ({text})", inner: null, code);
    }
}
