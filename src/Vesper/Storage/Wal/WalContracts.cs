using Vesper.Storage.Files;

namespace Vesper.Storage.Wal;

/// <summary>One data record as replay sees it. The payload is valid during the call only.</summary>
internal readonly ref struct WalRecord(Lsn lsn, byte type, bool last, ReadOnlySpan<byte> payload)
{
    public Lsn Lsn { get; } = lsn;
    public byte Type { get; } = type;
    /// <summary>Ends a batch.</summary>
    public bool Last { get; } = last;
    public ReadOnlySpan<byte> Payload { get; } = payload;
}

internal delegate void WalApply(in WalRecord record);

/// <summary>Where a log belongs and how it is kept.</summary>
internal sealed record WalOptions
{
    public required IFileSystem Files { get; init; }
    public required string Directory { get; init; }
    public required Guid DatabaseId { get; init; }
    public required Guid CollectionId { get; init; }
    public uint Epoch { get; init; } = 1;
    public long SegmentBytes { get; init; } = 64L << 20;
    /// <summary>Clock for segment headers and commit markers, Unix microseconds.</summary>
    public Func<long> NowUnixMicros { get; init; } = () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
}

/// <summary>What the manifest proves about the log when it is opened.</summary>
/// <param name="CheckpointLsn">Everything up to here lives in data files: records up to here are not applied again.</param>
/// <param name="FirstSegmentNeeded">Segments below this number may be gone.</param>
/// <param name="Recovery">What to do about damage to acknowledged data.</param>
/// <param name="ReadOnly">Write nothing: no cut file, no rewrite, no new segment.</param>
internal readonly record struct WalOpenRequest(Lsn CheckpointLsn, long FirstSegmentNeeded, RecoveryMode Recovery, bool ReadOnly);

/// <summary>The one log of a collection: recovery first, then appending. One thread at a time, but for the properties.</summary>
internal sealed class WriteAheadLog : IDisposable
{
    /// <summary>
    /// Recovers an existing log, or starts one in an empty directory: applies every committed record above the checkpoint in
    /// order, cuts or refuses by the recovery table (docs/formats/wal.md), syncs what it relies on, and unless read-only starts a new segment.
    /// </summary>
    public static WriteAheadLog Open(WalOptions options, WalOpenRequest request, WalApply apply) => throw new NotImplementedException();

    /// <summary>What recovery found and did.</summary>
    public WalRecoveryReport Report => throw new NotImplementedException();

    /// <summary>LSN of the last record appended (committed or not).</summary>
    public Lsn LastLsn => throw new NotImplementedException();

    /// <summary>Highest LSN known to be on stable storage.</summary>
    public Lsn DurableLsn => throw new NotImplementedException();

    /// <summary>Number of the segment being written: with everything up to <see cref="LastLsn"/> checkpointed, the first one needed.</summary>
    public long CurrentSegment => throw new NotImplementedException();

    /// <summary>Bytes of all segments now.</summary>
    public long Bytes => throw new NotImplementedException();

    /// <summary>Adds a data record to the open group in memory and gives its LSN. At most <see cref="MaxRecordBytes"/>.</summary>
    public Lsn Append(byte type, ReadOnlySpan<byte> payload, bool last) => throw new NotImplementedException();

    /// <summary>Forgets the records of the open group (nothing of it was written).</summary>
    public void Abandon() => throw new NotImplementedException();

    /// <summary>Closes the group with a commit marker and writes it in one go; with <paramref name="sync"/> it is durable on return.</summary>
    public void Commit(bool sync) => throw new NotImplementedException();

    /// <summary>Makes everything committed durable.</summary>
    public void Sync() => throw new NotImplementedException();

    /// <summary>Starts a new segment (the old one is synced first).</summary>
    public void Rotate() => throw new NotImplementedException();

    /// <summary>Deletes whole segments below a number that a durable manifest no longer needs.</summary>
    public void Trim(long firstSegmentNeeded) => throw new NotImplementedException();

    /// <summary>Writes and syncs the closing marker of a clean shutdown.</summary>
    public void Close() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();

    public const int MaxRecordBytes = 16 << 20;
}

/// <summary>What opening a log found and did.</summary>
internal sealed record WalRecoveryReport
{
    public bool CleanlyClosed { get; init; }
    public long SegmentsRead { get; init; }
    public long RecordsReplayed { get; init; }
    public long BytesReplayed { get; init; }
    /// <summary>Bytes of an unpromised tail cut off (kept in a wal.cut file unless read-only).</summary>
    public long BytesCut { get; init; }
    /// <summary>Acknowledged records given up because the caller asked for prefix or salvage.</summary>
    public long RecordsLost { get; init; }
    public IReadOnlyList<string> Notes { get; init; } = [];
}
