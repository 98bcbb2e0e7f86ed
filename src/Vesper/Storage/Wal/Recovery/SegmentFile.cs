using Vesper.Storage.Files;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>A file with a segment's name: its header, or why it has none.</summary>
internal sealed class SegmentFile
{
    public required long Number { get; init; }

    public required string Path { get; init; }

    public required long Length { get; init; }

    /// <summary>Null when the header is short, damaged or another log's.</summary>
    public SegmentHeader? Header { get; private init; }

    /// <summary>Why there is no header; null when there is one.</summary>
    public CorruptDataException? Damage { get; private init; }

    /// <summary>
    /// No byte other than zero stands behind the header, so that nothing in the file can have been promised.
    /// </summary>
    public bool IsBlank { get; private init; }

    public static SegmentFile Read(WalOptions options, long number)
    {
        string path = System.IO.Path.Combine(options.Directory, WalFormat.SegmentName(number));
        using IFile file = options.Files.OpenRead(path);
        byte[] block = new byte[WalFormat.SegmentHeaderBytes];
        int read = file.ReadAt(block, 0);
        SegmentHeader? header = SegmentHeader.Read(block.AsSpan(0, read), path, out string problem);
        CorruptDataException? damage = header is null
            ? new CorruptDataException(path, 0, "the header of a log segment", problem)
            : Belongs(header, options, path, number);
        return new SegmentFile
        {
            Number = number,
            Path = path,
            Length = file.Length,
            Header = damage is null ? header : null,
            Damage = damage,
            IsBlank = header is null && ZeroBytes.Only(file, WalFormat.SegmentHeaderBytes),
        };
    }

    private static CorruptDataException? Belongs(SegmentHeader header, WalOptions options, string path, long number) =>
        header.DatabaseId != options.DatabaseId
            ? new CorruptDataException(
                path, 12, $"a segment of database {options.DatabaseId}", $"database {header.DatabaseId}")
        : header.CollectionId != options.CollectionId
            ? new CorruptDataException(
                path, 28, $"a segment of collection {options.CollectionId}", $"collection {header.CollectionId}")
        : header.Number != number
            ? new CorruptDataException(path, 44, $"segment number {number}", $"segment number {header.Number}")
        : null;
}
