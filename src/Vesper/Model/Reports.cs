namespace Vesper;

/// <summary>How a database is opened.</summary>
public sealed record VesperOptions
{
    /// <summary>Open beside no writer, under a shared lock: replay in memory, write nothing.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Create the directory when there is no database; otherwise its absence is a <see cref="NotFoundException"/>.
    /// </summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>What to do when the log proves damage of acknowledged data.</summary>
    public RecoveryMode Recovery { get; init; }

    /// <summary>Threads for graph building and merging; 0 takes the number of processors.</summary>
    public int BackgroundThreads { get; init; }

    /// <summary>
    /// Bytes of free disk below which writes are refused; −1 takes the larger of 64 MiB and one log segment.
    /// </summary>
    public long DiskHeadroomBytes { get; init; } = -1;

    /// <summary>
    /// Bytes of disk that the database keeps taken, and gives back when the disk is full for an opening, a delete or a
    /// checkpoint; −1 takes 8 MiB, 0 none.
    /// </summary>
    public long DiskReserveBytes { get; init; } = -1;

    /// <summary>
    /// Native bytes that the database may hold; a write that would lead beyond them is refused, deletes are not. 0, the
    /// default, for no budget.
    /// </summary>
    public long MemoryBudgetBytes { get; init; }

    /// <summary>Bytes of one log segment, 64 KiB to 1 GiB.</summary>
    public long LogSegmentBytes { get; init; } = 64L << 20;
}

/// <summary>Whether a collection can be used.</summary>
public enum CollectionState
{
    /// <summary>Reads and writes work.</summary>
    Healthy = 0,

    /// <summary>
    /// Reads and writes work, but a background job failed and is being retried, or the disk is nearly full.
    /// </summary>
    Degraded = 1,

    /// <summary>A storage error ended writing; reads answer at the last published state. Reopen to recover.</summary>
    Failed = 2,
}

/// <summary>What opening a database found and did.</summary>
/// <param name="Collections">One row per collection.</param>
public sealed record OpenReport(IReadOnlyList<CollectionOpenReport> Collections)
{
    /// <summary>What is worth saying of the database itself.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What opening one collection found and did.</summary>
public sealed record CollectionOpenReport
{
    /// <summary>The collection.</summary>
    public required string Collection { get; init; }

    /// <summary>True when the last owner closed it in good order.</summary>
    public bool CleanlyClosed { get; init; }

    /// <summary>Log records replayed.</summary>
    public long RecordsReplayed { get; init; }

    /// <summary>Bytes of log replayed.</summary>
    public long BytesReplayed { get; init; }

    /// <summary>Bytes of an unpromised log tail that were cut off and kept aside.</summary>
    public long BytesCut { get; init; }

    /// <summary>Acknowledged records given up, because the recovery mode allowed it.</summary>
    public long RecordsLost { get; init; }

    /// <summary>Why the collection could not be opened; null when it was.</summary>
    public VesperException? Failure { get; init; }

    /// <summary>Anything else worth saying.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>The state of a collection.</summary>
public sealed record CollectionInfo
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>How it was made, with the payload indexes of now.</summary>
    public required CollectionOptions Options { get; init; }

    /// <summary>Live points.</summary>
    public long Points { get; init; }

    /// <summary>Deleted rows that still take space.</summary>
    public long DeadRows { get; init; }

    /// <summary>Segments, the active one included.</summary>
    public int Segments { get; init; }

    /// <summary>Rows that are in an index, of those that should be (summed over fields).</summary>
    public long IndexedRows { get; init; }

    /// <summary>Rows that an index should hold (summed over fields).</summary>
    public long IndexableRows { get; init; }

    /// <summary>Bytes on disk: data files and log.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of native memory.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The last published write.</summary>
    public Lsn Lsn { get; init; }

    /// <summary>The last write known to be on stable storage.</summary>
    public Lsn DurableLsn { get; init; }

    /// <summary>Whether it can be used.</summary>
    public CollectionState State { get; init; }

    /// <summary>Why it is not healthy; null when it is.</summary>
    public string? Reason { get; init; }
}

/// <summary>Progress of background work.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Rows done.</param>
/// <param name="Total">Rows in all.</param>
public readonly record struct WorkProgress(string Stage, long Done, long Total);

/// <summary>One thing that a check found wrong.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Offset">Byte offset, or −1 when the problem has no place.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record CheckProblem(string File, long Offset, string Problem);
