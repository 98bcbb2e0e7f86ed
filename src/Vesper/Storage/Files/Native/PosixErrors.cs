using System.Runtime.InteropServices;

namespace Vesper.Storage.Files.Native;

/// <summary>Names errno values and turns them into <see cref="StorageException"/>.</summary>
internal static class PosixErrors
{
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int NoSpace = 28;

    /// <summary>EWOULDBLOCK: what flock says of a lock held by another.</summary>
    public static int WouldBlock { get; } = OperatingSystem.IsMacOS() ? 35 : 11;

    private static int QuotaExceeded { get; } = OperatingSystem.IsMacOS() ? 69 : 122;

    /// <summary>Whether the file system or the user's quota is full.</summary>
    public static bool IsDiskFull(int errno) => errno == NoSpace || errno == QuotaExceeded;

    /// <summary>The typed error, naming errno, operation and path.</summary>
    public static StorageException Describe(int errno, string operation, string path)
    {
        VesperErrorCode code = IsDiskFull(errno) ? VesperErrorCode.DiskFull : VesperErrorCode.Storage;
        string text = Marshal.GetPInvokeErrorMessage(errno);
        return new StorageException($"{operation} {path}: {Name(errno)} ({text})", inner: null, code);
    }

    /// <summary>The C name of an errno, or its number when it is a rare one.</summary>
    public static string Name(int errno) => errno switch
    {
        1 => "EPERM",
        NoEntry => "ENOENT",
        Interrupted => "EINTR",
        5 => "EIO",
        6 => "ENXIO",
        9 => "EBADF",
        12 => "ENOMEM",
        13 => "EACCES",
        16 => "EBUSY",
        17 => "EEXIST",
        18 => "EXDEV",
        20 => "ENOTDIR",
        21 => "EISDIR",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        26 => "ETXTBSY",
        27 => "EFBIG",
        NoSpace => "ENOSPC",
        29 => "ESPIPE",
        30 => "EROFS",
        _ => NameWherePlatformsDiffer(errno),
    };

    private static string NameWherePlatformsDiffer(int errno)
    {
        if (errno == QuotaExceeded)
        {
            return "EDQUOT";
        }

        if (errno == WouldBlock)
        {
            return "EAGAIN";
        }

        (int tooLong, int loop, int notEmpty, int stale) =
            OperatingSystem.IsMacOS() ? (63, 62, 66, 70) : (36, 40, 39, 116);
        return errno == tooLong ? "ENAMETOOLONG"
            : errno == loop ? "ELOOP"
            : errno == notEmpty ? "ENOTEMPTY"
            : errno == stale ? "ESTALE"
            : $"errno {errno}";
    }
}
