namespace Vesper.Storage.Files;

/// <summary>Turns the errors of the few System.IO calls in use into ours, with the operation and the path.</summary>
internal static class ManagedErrors
{
    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL as HRESULTs (Windows), ENOSPC and EDQUOT as plain errno (elsewhere).
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether the exception is the operating system's refusal rather than a bug.</summary>
    public static bool IsFromSystem(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: null };

    /// <summary>The typed error for a refusal.</summary>
    public static StorageException Describe(Exception error, string operation, string path)
    {
        bool full = error.HResult is WindowsDiskFull or WindowsHandleDiskFull
            || (!OperatingSystem.IsWindows() && Native.PosixErrors.IsDiskFull(error.HResult));
        VesperErrorCode code = full ? VesperErrorCode.DiskFull : VesperErrorCode.Storage;
        return new StorageException($"{operation} {path}: {error.Message}", error, code);
    }
}
