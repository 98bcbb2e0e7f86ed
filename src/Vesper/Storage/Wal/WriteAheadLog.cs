using System.Diagnostics;
using Vesper.Storage.Wal.Recovery;

namespace Vesper.Storage.Wal;

/// <summary>
/// The one log of a collection: recovery first, then appending. One thread at a time, but for the properties and
/// <see cref="Sync"/>. The only lock is <c>syncGate</c>: whoever syncs, truncates or changes the current segment holds it;
/// a write into the current segment does not, so a sync in flight delays no write.
/// </summary>
/// <remarks>After a failed sync, or an outcome nobody knows, every call throws until the log is opened anew.</remarks>
internal sealed class WriteAheadLog : IDisposable
{
    private readonly Lock syncGate = new();
    private readonly WalOptions options;
    private readonly SegmentFactory factory;
    private readonly SegmentShelf shelf;
    private readonly GroupBuffer group = new();
    private readonly bool readOnly;

    private volatile SegmentWriter? segment;
    private volatile StorageException? failure;
    private SegmentStart? pending;
    private ulong lastLsn;
    private ulong committedLsn;
    private ulong durableLsn;
    private uint committedChain;
    private long lastMicros;
    private bool closed;

    private WriteAheadLog(WalOptions options, RecoveredLog recovered, bool readOnly)
    {
        this.options = options;
        this.readOnly = readOnly;
        factory = recovered.Factory;
        shelf = recovered.Shelf;
        segment = recovered.Segment;
        pending = recovered.Pending;
        lastLsn = committedLsn = recovered.LastLsn;
        durableLsn = recovered.DurableLsn;
        committedChain = recovered.Segment?.Chain ?? 0;
        lastMicros = recovered.LastMicros;
        Report = recovered.Report;
        Debug.Assert(durableLsn <= lastLsn, "nothing is durable that does not exist");
    }

    /// <summary>
    /// Recovers an existing log, or starts one in an empty directory: applies every committed record above the checkpoint in
    /// order, cuts or refuses by the recovery table (docs/formats/wal.md), syncs what it relies on, and unless read-only
    /// starts a new segment (on a full disk the first write does).
    /// </summary>
    /// <exception cref="CorruptDataException">Acknowledged data is damaged and the request is strict.</exception>
    /// <exception cref="FormatVersionException">A segment of another format version.</exception>
    /// <exception cref="StorageException">The file system failed.</exception>
    public static WriteAheadLog Open(WalOptions options, WalOpenRequest request, WalApply apply)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(apply);
        RecoveredLog recovered = LogRecovery.Run(options, request, apply);
        return new WriteAheadLog(options, recovered, request.ReadOnly);
    }

    /// <summary>What recovery found and did.</summary>
    public WalRecoveryReport Report { get; }

    /// <summary>LSN of the last record appended (committed or not).</summary>
    public Lsn LastLsn => new(Volatile.Read(ref lastLsn));

    /// <summary>Highest LSN known to be on stable storage.</summary>
    public Lsn DurableLsn => new(Volatile.Read(ref durableLsn));

    /// <summary>
    /// Number of the segment being written: with everything up to <see cref="LastLsn"/> checkpointed, the first one needed.
    /// </summary>
    public long CurrentSegment => segment?.Number ?? shelf.LastNumber;

    /// <summary>Bytes of all segments now.</summary>
    public long Bytes => shelf.Bytes + (segment?.Offset ?? 0);

    /// <summary>Adds a data record to the open group in memory and gives its LSN.</summary>
    /// <exception cref="LimitExceededException">A record of more than <see cref="MaxRecordBytes"/>, or a batch or group too large.</exception>
    public Lsn Append(byte type, ReadOnlySpan<byte> payload, bool last)
    {
        RequireWritable();
        ArgumentOutOfRangeException.ThrowIfZero(type);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(type, WalFormat.FirstMarkerType);
        group.Append(type, payload, last, lastLsn + 1);
        Volatile.Write(ref lastLsn, lastLsn + 1);
        return new Lsn(lastLsn);
    }

    /// <summary>Forgets the records of the open group (nothing of it was written); their LSNs are given again.</summary>
    public void Abandon()
    {
        group.Reset();
        Volatile.Write(ref lastLsn, committedLsn);
    }

    /// <summary>
    /// Closes the group with a commit marker and writes it in one go; with <paramref name="sync"/> it is durable on return.
    /// When the write fails the group is dropped; the log stays usable if what the write left could be cut off again.
    /// </summary>
    /// <exception cref="StorageException">The write or the sync failed; after a failed sync the outcome is unknown.</exception>
    public void Commit(bool sync)
    {
        RequireWritable();
        if (group.BatchOpen)
            throw new InvalidOperationException("The last record of the group does not end its batch.");

        if (group.Length > 0)
            WriteGroup();

        if (sync)
            Sync();
    }

    /// <summary>Makes everything committed durable. May be called from any thread.</summary>
    /// <exception cref="StorageException">The sync failed; the log is failed from then on.</exception>
    public void Sync()
    {
        RequireWritable();
        lock (syncGate)
        {
            ThrowIfFailed();
            if (committedLsn > durableLsn)
                SyncCurrent();
        }
    }

    /// <summary>Starts a new segment (the old one is synced first); nothing when the current one holds no record.</summary>
    /// <exception cref="InvalidOperationException">A group is open.</exception>
    /// <exception cref="StorageException">The file system failed; with a full disk the log goes on in the old segment.</exception>
    public void Rotate()
    {
        RequireWritable();
        if (group.Length > 0)
            throw new InvalidOperationException("A group is open.");

        SegmentWriter current = Ready();
        if (!current.IsEmpty)
            Continue(current);
    }

    /// <summary>Deletes whole segments below a number that a durable manifest no longer needs.</summary>
    /// <exception cref="StorageException">A file could not be deleted; the log stays usable.</exception>
    public void Trim(long firstSegmentNeeded)
    {
        RequireWritable();
        if (pending is null)
            shelf.Trim(Math.Min(firstSegmentNeeded, CurrentSegment));
    }

    /// <summary>Writes and syncs the closing marker of a clean shutdown; an open group is forgotten.</summary>
    /// <exception cref="StorageException">The file system failed; the log then counts as not cleanly closed.</exception>
    public void Close()
    {
        if (closed || readOnly)
            return;

        RequireWritable();
        Abandon();
        Sync();
        SegmentWriter current = Ready();
        group.AppendMarker(WalFormat.CloseType, new CommitMarker(committedLsn, committedLsn, NowMicros()));
        try
        {
            WritePart(current, 0, group.Length);
        }
        finally
        {
            group.Reset();
        }

        lock (syncGate)
        {
            RunOrFail(current.Sync);
            closed = true;
        }
    }

    /// <summary>Closes the files and writes nothing.</summary>
    public void Dispose()
    {
        lock (syncGate)
        {
            closed = true;
            segment?.Dispose();
            group.Dispose();
        }
    }

    /// <summary>Payload bytes of the largest record.</summary>
    public const int MaxRecordBytes = WalFormat.MaxRecordBytes;

    private void WriteGroup()
    {
        SegmentWriter? first = null;
        try
        {
            first = Ready();
            if (!first.IsEmpty && first.Offset + group.Length + WalFormat.MarkerBytes > options.SegmentBytes)
                first = Continue(first);

            group.AppendMarker(WalFormat.CommitType, new CommitMarker(lastLsn, durableLsn, NowMicros()));
            SegmentWriter current = WriteParts(first);
            committedChain = current.Chain;
            Volatile.Write(ref committedLsn, lastLsn);
            group.Reset();
        }
        catch
        {
            Abandon();
            if (first is not null && first.LastLsn != committedLsn)
                Supersede();

            throw;
        }
    }

    /// <summary>Writes the closed group: in one go, or over several segments when it is larger than one.</summary>
    private SegmentWriter WriteParts(SegmentWriter current)
    {
        for (int from = 0; ;)
        {
            int to = group.Cut(from, options.SegmentBytes - current.Offset);
            WritePart(current, from, to);
            if (to == group.Length)
                return current;

            from = to;
            current = Continue(current);
        }
    }

    private void WritePart(SegmentWriter current, int from, int to)
    {
        ThrowIfFailed();
        try
        {
            current.Write(group.Part(from, to));
        }
        catch
        {
            lock (syncGate)
            {
                RunOrFail(current.TruncateBack);
            }

            throw;
        }
    }

    /// <summary>
    /// Leaves the segments that hold a part of a dropped group: the next write starts one that voids everything above the
    /// last committed record.
    /// </summary>
    private void Supersede()
    {
        lock (syncGate)
        {
            SegmentWriter current = segment!;
            shelf.Add(current.Number, current.Offset);
            segment = null;
            current.Dispose();
            pending = new SegmentStart(current.Number + 1, committedLsn, committedChain, Supersedes: true);
        }
    }

    private SegmentWriter Ready()
    {
        if (segment is { } current)
            return current;

        lock (syncGate)
        {
            ThrowIfFailed();
            return EnsureSegment();
        }
    }

    private SegmentWriter EnsureSegment()
    {
        Debug.Assert(syncGate.IsHeldByCurrentThread, "the current segment changes under the gate");
        if (segment is { } current)
            return current;

        SegmentWriter next = Start(pending!);
        segment = next;
        pending = null;
        committedChain = next.Chain;
        Volatile.Write(ref durableLsn, committedLsn);
        return next;
    }

    private SegmentWriter Continue(SegmentWriter current)
    {
        lock (syncGate)
        {
            ThrowIfFailed();
            SyncCurrent();
            var start = new SegmentStart(current.Number + 1, current.LastLsn, current.Chain, Supersedes: false)
            {
                InsideBatch = current.BatchOpen,
            };
            SegmentWriter next = Start(start);
            shelf.Add(current.Number, current.Offset);
            segment = next;
            current.Dispose();
            return next;
        }
    }

    private SegmentWriter Start(SegmentStart start)
    {
        SegmentWriter next = factory.Build(start);
        try
        {
            RunOrFail(() => factory.Publish(next));
            return next;
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    /// <summary>Reads what is committed first, syncs, and only then says that this much is durable.</summary>
    private void SyncCurrent()
    {
        Debug.Assert(syncGate.IsHeldByCurrentThread, "one sync at a time");
        SegmentWriter current = EnsureSegment();
        ulong upTo = Volatile.Read(ref committedLsn);
        RunOrFail(current.Sync);
        Debug.Assert(upTo >= durableLsn, "durability never goes back");
        Volatile.Write(ref durableLsn, upTo);
    }

    /// <summary>For operations after whose failure the state of the disk is unknown: the log is failed for ever.</summary>
    private void RunOrFail(Action operation)
    {
        try
        {
            operation();
        }
        catch (Exception cause)
        {
            failure = cause as StorageException ?? new StorageException(cause.Message, cause);
            throw;
        }
    }

    private long NowMicros() => lastMicros = Math.Max(lastMicros, options.NowUnixMicros());

    private void RequireWritable()
    {
        ThrowIfFailed();
        if (readOnly)
            throw new ReadOnlyException();

        ObjectDisposedException.ThrowIf(closed, this);
    }

    private void ThrowIfFailed()
    {
        if (failure is { } cause)
        {
            throw new StorageException(
                $"The log in {options.Directory} failed and takes nothing more until it is opened anew: {cause.Message}", cause);
        }
    }
}
