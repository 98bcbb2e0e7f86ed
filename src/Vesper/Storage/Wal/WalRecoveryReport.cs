namespace Vesper.Storage.Wal;

/// <summary>What opening a log found and did.</summary>
internal sealed record WalRecoveryReport
{
    /// <summary>The log ended with the marker of a clean shutdown, or there was none yet.</summary>
    public bool CleanlyClosed { get; init; }

    public long SegmentsRead { get; init; }

    public long RecordsReplayed { get; init; }

    public long BytesReplayed { get; init; }

    /// <summary>Bytes of a tail cut off (kept in a wal.cut file unless read-only).</summary>
    public long BytesCut { get; init; }

    /// <summary>
    /// Records written again into a new segment, because nothing proved that they had reached the disk.
    /// </summary>
    public long RecordsRewritten { get; init; }

    /// <summary>Acknowledged records given up because the caller asked for prefix or salvage.</summary>
    public long RecordsLost { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];
}
