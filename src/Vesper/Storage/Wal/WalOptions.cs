using Vesper.Storage.Files;

namespace Vesper.Storage.Wal;

/// <summary>Where a log belongs and how it is kept.</summary>
internal sealed record WalOptions
{
    public required IFileSystem Files { get; init; }

    public required string Directory { get; init; }

    public required Guid DatabaseId { get; init; }

    public required Guid CollectionId { get; init; }

    /// <summary>Owner epoch. New segments carry it, or the newest epoch found in the log if that is higher.</summary>
    public uint Epoch { get; init; } = 1;

    /// <summary>A segment is not filled beyond this, unless a single record is larger than a segment.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Clock for segment headers and commit markers, Unix microseconds.</summary>
    public Func<long> NowUnixMicros { get; init; } = () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
}
