using System.Globalization;

namespace Vesper.Storage.Wal;

/// <summary>The numbers and names of the log's format, as docs/formats/wal.md draws them.</summary>
internal static class WalFormat
{
    public const ushort Version = 1;

    public const int SegmentHeaderBytes = 4096;
    public const int RecordHeaderBytes = 32;
    public const int MarkerPayloadBytes = 24;
    public const int MarkerBytes = RecordHeaderBytes + MarkerPayloadBytes;

    /// <summary>Every record starts on a multiple of this.</summary>
    public const int GridBytes = 8;

    public const int MaxRecordBytes = 16 << 20;
    public const long MaxBatchBytes = Limits.BatchBytes;

    /// <summary>Framed bytes of one group: what the open group may hold in memory.</summary>
    public const long MaxGroupBytes = 3 * MaxBatchBytes;

    /// <summary>Types from here on belong to the log itself.</summary>
    public const byte FirstMarkerType = 0xF0;

    /// <summary>Closes a group of whole batches.</summary>
    public const byte CommitType = 0xF0;

    /// <summary>The last record of a cleanly closed log.</summary>
    public const byte CloseType = 0xF1;

    /// <summary>Ends a batch.</summary>
    public const byte LastFlag = 1;

    /// <summary>LSNs and segment numbers stay far from the ends of their types, so that no sum can overflow.</summary>
    public const ulong MaxLsn = 1UL << 62;

    public const long MaxSegmentNumber = 1L << 62;

    private const string Prefix = "wal-";
    private const string Suffix = ".log";
    private const string CutPrefix = "wal.cut-";
    private const string Unfinished = ".tmp";

    public static ReadOnlySpan<byte> Magic => "VSPRWAL\n"u8;

    public static string SegmentName(long number) => $"{Prefix}{number:x16}{Suffix}";

    public static string TemporaryName(long number) => $"{Prefix}{number:x16}.tmp";

    public static bool TryParseName(string name, out long number)
    {
        number = 0;
        return name.Length == Prefix.Length + 16 + Suffix.Length
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(
                name.AsSpan(Prefix.Length, 16),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out number)
            && number is > 0 and < MaxSegmentNumber
            && SegmentName(number) == name;
    }

    /// <summary>
    /// Whether the log made a file of this name: a segment, one unfinished, or what recovery cut off and kept.
    /// </summary>
    public static bool IsOurs(string name)
    {
        if (!name.EndsWith(Unfinished, StringComparison.Ordinal))
        {
            return TryParseName(name, out _) || IsCut(name);
        }

        string finished = name[..^Unfinished.Length];
        return TryParseName(finished + Suffix, out _) || IsCut(finished);
    }

    /// <summary>The name for cut bytes: the first LSN they may hold, and a number when that name is taken.</summary>
    public static string CutName(ulong lsn) => $"{CutPrefix}{lsn}";

    /// <summary>Bytes of a record in the file: header, payload, zeros up to the grid.</summary>
    public static int FrameBytes(int payloadBytes) =>
        RecordHeaderBytes + ((payloadBytes + GridBytes - 1) & ~(GridBytes - 1));

    private static bool IsCut(string name) =>
        name.StartsWith(CutPrefix, StringComparison.Ordinal)
        && name[CutPrefix.Length..].Split('.') is { Length: 1 or 2 } parts
        && parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit));
}
