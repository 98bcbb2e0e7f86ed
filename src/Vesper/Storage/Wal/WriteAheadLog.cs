using System.Diagnostics;
using Vesper.Storage.Wal.Recovery;

namespace Vesper.Storage.Wal;

/// <summary>
/// The one log of a collection: recovery first, then appending. One thread at a time, but for the properties and
/// <see cref="Sync"/>. The only lock is <c>_syncGate</c>: whoever syncs, truncates or changes the current segment holds it;
/// a write into the current segment does not, so a sync in flight delays no write.
/// </summary>
/// <remarks>After a failed sync, or an outcome nobody knows, every call throws until the log is opened anew.</remarks>
internal sealed class WriteAheadLog : IDisposable
{
    private readonly Lock _syncGate = new();
    private readonly WalOptions _options;
    private readonly SegmentFactory _factory;
    private readonly SegmentShelf _shelf;
    private readonly GroupBuffer _group = new();
    private readonly bool _readOnly;

    private volatile SegmentWriter? _segment;
    private volatile StorageException? _failure;
    private SegmentStart? _pending;
    private ulong _lastLsn;
    private ulong _committedLsn;
    private ulong _durableLsn;
    private uint _committedChain;
    private long _floor;
    private long _lastMicros;
    private bool _closed;

    private WriteAheadLog(WalOptions options, RecoveredLog recovered, bool readOnly)
    {
        _options = options;
        _readOnly = readOnly;
        _factory = recovered.Factory;
        _shelf = recovered.Shelf;
        _segment = recovered.Segment;
        _pending = recovered.Pending;
        _lastLsn = _committedLsn = recovered.LastLsn;
        _durableLsn = recovered.DurableLsn;
        _committedChain = recovered.Segment?.Chain ?? 0;
        _floor = recovered.Floor;
        _lastMicros = recovered.LastMicros;
        Report = recovered.Report;
        Debug.Assert(_durableLsn <= _lastLsn, "nothing is durable that does not exist");
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
    public Lsn LastLsn => new(Volatile.Read(ref _lastLsn));

    /// <summary>Highest LSN known to be on stable storage.</summary>
    public Lsn DurableLsn => new(Volatile.Read(ref _durableLsn));

    /// <summary>
    /// Number of the segment being written, or while there is none of the one that it will follow: with everything up to
    /// <see cref="LastLsn"/> checkpointed, the first one needed.
    /// </summary>
    public long CurrentSegment => _segment?.Number ?? Volatile.Read(ref _floor);

    /// <summary>Bytes of all segments now.</summary>
    public long Bytes => _shelf.Bytes + (_segment?.Offset ?? 0);

    /// <summary>Adds a data record to the open group in memory and gives its LSN. When it throws, the group is dropped.</summary>
    /// <exception cref="LimitExceededException">
    /// A record of more than <see cref="MaxRecordBytes"/>, or a batch or group too large.
    /// </exception>
    public Lsn Append(byte type, ReadOnlySpan<byte> payload, bool last)
    {
        RequireWritable();
        ArgumentOutOfRangeException.ThrowIfZero(type);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(type, WalFormat.FirstMarkerType);
        try
        {
            _group.Append(type, payload, last, _lastLsn + 1);
        }
        catch
        {
            Abandon();
            throw;
        }

        Volatile.Write(ref _lastLsn, _lastLsn + 1);
        return new Lsn(_lastLsn);
    }

    /// <summary>Forgets the records of the open group (nothing of it was written); their LSNs are given again.</summary>
    public void Abandon()
    {
        _group.Reset();
        Volatile.Write(ref _lastLsn, _committedLsn);
    }

    /// <summary>
    /// Closes the group with a commit marker and writes it in one go; with <paramref name="sync"/> it is durable on return.
    /// When the write fails the group is dropped; the log stays usable if what the write left could be cut off again.
    /// </summary>
    /// <exception cref="StorageException">The write or the sync failed; after a failed sync the outcome is unknown.</exception>
    public void Commit(bool sync)
    {
        RequireWritable();
        if (_group.BatchOpen)
            throw new InvalidOperationException("The last record of the group does not end its batch.");

        if (_group.Length > 0)
            WriteGroup();

        if (sync)
            Sync();
    }

    /// <summary>Makes everything committed durable. May be called from any thread.</summary>
    /// <exception cref="StorageException">The sync failed; the log is failed from then on.</exception>
    public void Sync()
    {
        RequireWritable();
        lock (_syncGate)
        {
            ThrowIfFailed();
            if (_committedLsn > _durableLsn)
                SyncCurrent();
        }
    }

    /// <summary>Starts a new segment (the old one is synced first); nothing when the current one holds no record.</summary>
    /// <exception cref="InvalidOperationException">A group is open.</exception>
    /// <exception cref="StorageException">The file system failed; with a full disk the log goes on in the old segment.</exception>
    public void Rotate()
    {
        RequireWritable();
        if (_group.Length > 0)
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
        if (_pending is null)
            _shelf.Trim(Math.Min(firstSegmentNeeded, CurrentSegment));
    }

    /// <summary>Writes and syncs the closing marker of a clean shutdown; an open group is forgotten.</summary>
    /// <exception cref="StorageException">The file system failed; the log then counts as not cleanly closed.</exception>
    public void Close()
    {
        if (_closed || _readOnly)
            return;

        RequireWritable();
        Abandon();
        Sync();
        SegmentWriter current = Ready();
        _group.AppendMarker(WalFormat.CloseType, new CommitMarker(_committedLsn, _committedLsn, NowMicros()));
        try
        {
            WritePart(current, 0, _group.Length);
        }
        finally
        {
            _group.Reset();
        }

        lock (_syncGate)
        {
            RunOrFail(current.Sync);
            _closed = true;
        }
    }

    /// <summary>Closes the files and writes nothing.</summary>
    public void Dispose()
    {
        lock (_syncGate)
        {
            _closed = true;
            _segment?.Dispose();
            _group.Dispose();
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
            if (!first.IsEmpty && first.Offset + _group.Length + WalFormat.MarkerBytes > _options.SegmentBytes)
                first = Continue(first);

            _group.AppendMarker(WalFormat.CommitType, new CommitMarker(_lastLsn, _durableLsn, NowMicros()));
            SegmentWriter current = WriteParts(first);
            _committedChain = current.Chain;
            Volatile.Write(ref _committedLsn, _lastLsn);
            _group.Reset();
        }
        catch
        {
            Abandon();
            if (first is not null && first.LastLsn != _committedLsn)
                Supersede(first.Number);

            throw;
        }
    }

    /// <summary>Writes the closed group: in one go, or over several segments when it is larger than one.</summary>
    private SegmentWriter WriteParts(SegmentWriter current)
    {
        for (int from = 0; ;)
        {
            int to = _group.Cut(from, _options.SegmentBytes - current.Offset);
            WritePart(current, from, to);
            if (to == _group.Length)
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
            current.Write(_group.Part(from, to));
        }
        catch
        {
            lock (_syncGate)
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
    private void Supersede(long committedIn)
    {
        lock (_syncGate)
        {
            Volatile.Write(ref _floor, committedIn);
            SegmentWriter current = _segment!;
            _shelf.Add(current.Number, current.Offset);
            _segment = null;
            current.Dispose();
            _pending = new SegmentStart(current.Number + 1, _committedLsn, _committedChain, Supersedes: true);
        }
    }

    private SegmentWriter Ready()
    {
        if (_segment is { } current)
            return current;

        lock (_syncGate)
        {
            ThrowIfFailed();
            return EnsureSegment();
        }
    }

    private SegmentWriter EnsureSegment()
    {
        Debug.Assert(_syncGate.IsHeldByCurrentThread, "the current segment changes under the gate");
        if (_segment is { } current)
            return current;

        SegmentWriter next = Start(_pending!);
        _segment = next;
        _pending = null;
        _committedChain = next.Chain;
        Volatile.Write(ref _durableLsn, _committedLsn);
        return next;
    }

    private SegmentWriter Continue(SegmentWriter current)
    {
        lock (_syncGate)
        {
            ThrowIfFailed();
            SyncCurrent();
            var start = new SegmentStart(current.Number + 1, current.LastLsn, current.Chain, Supersedes: false)
            {
                InsideBatch = current.BatchOpen,
            };
            SegmentWriter next = Start(start);
            _shelf.Add(current.Number, current.Offset);
            _segment = next;
            current.Dispose();
            return next;
        }
    }

    private SegmentWriter Start(SegmentStart start)
    {
        SegmentWriter next = _factory.Build(start);
        try
        {
            RunOrFail(() => _factory.Publish(next));
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
        Debug.Assert(_syncGate.IsHeldByCurrentThread, "one sync at a time");
        SegmentWriter current = EnsureSegment();
        ulong upTo = Volatile.Read(ref _committedLsn);
        RunOrFail(current.Sync);
        Debug.Assert(upTo >= _durableLsn, "durability never goes back");
        Volatile.Write(ref _durableLsn, upTo);
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
            _failure = cause as StorageException ?? new StorageException(cause.Message, cause);
            throw;
        }
    }

    private long NowMicros() => _lastMicros = Math.Max(_lastMicros, _options.NowUnixMicros());

    private void RequireWritable()
    {
        ThrowIfFailed();
        if (_readOnly)
            throw new ReadOnlyException();

        ObjectDisposedException.ThrowIf(_closed, this);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } cause)
        {
            throw new StorageException(
                $"The log in {_options.Directory} failed and takes nothing more until it is opened anew: {cause.Message}", cause);
        }
    }
}
