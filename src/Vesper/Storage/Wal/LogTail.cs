using System.Diagnostics;
using Vesper.Storage.Files;
using Vesper.Storage.Wal.Recovery;

namespace Vesper.Storage.Wal;

/// <summary>
/// The end of the log that is written: the current segment, the step to the next one, and what is known to be durable.
/// The only lock of a log is here: whoever syncs, truncates or changes the current segment holds <c>_syncGate</c>. A
/// write into the current segment does not, so a sync in flight delays no write.
/// </summary>
internal sealed class LogTail : IDisposable
{
    private readonly Lock _syncGate = new();
    private readonly WalOptions _options;
    private readonly SegmentFactory _factory;
    private readonly SegmentShelf _shelf;

    private volatile SegmentWriter? _segment;
    private volatile StorageException? _failure;
    private SegmentStart? _pending;
    private ulong _committedLsn;
    private ulong _durableLsn;
    private uint _committedChain;
    private long _floor;

    public LogTail(WalOptions options, RecoveredLog recovered)
    {
        _options = options;
        _factory = recovered.Factory;
        _shelf = recovered.Shelf;
        _segment = recovered.Segment;
        _pending = recovered.Pending;
        _committedLsn = recovered.LastLsn;
        _durableLsn = recovered.DurableLsn;
        _committedChain = recovered.Segment?.Chain ?? 0;
        _floor = recovered.Floor;
        Debug.Assert(_durableLsn <= _committedLsn, "nothing is durable that does not exist");
    }

    public ulong CommittedLsn => Volatile.Read(ref _committedLsn);

    public ulong DurableLsn => Volatile.Read(ref _durableLsn);

    /// <summary>The current segment, or while there is none the one that holds the last committed group.</summary>
    public long CurrentSegment => _segment?.Number ?? Volatile.Read(ref _floor);

    public long Bytes => _shelf.Bytes + (_segment?.Offset ?? 0);

    /// <summary>Segments on the disk, the current one included.</summary>
    public int Segments => _shelf.Count + (_segment is null ? 0 : 1);

    /// <summary>The current segment; creates the one that is due if there is none.</summary>
    public SegmentWriter Ready()
    {
        if (_segment is { } current)
        {
            return current;
        }

        lock (_syncGate)
        {
            ThrowIfFailed();
            return EnsureSegment();
        }
    }

    /// <summary>Syncs a segment and goes on in a new one.</summary>
    public SegmentWriter Continue(SegmentWriter current)
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

    /// <summary>Writes framed records; if that fails, cuts off what it left, or else the log is failed.</summary>
    public void Write(SegmentWriter current, Span<byte> frames)
    {
        ThrowIfFailed();
        try
        {
            current.Write(frames);
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

    /// <summary>The segment ends with the commit marker of a group that ends with this record.</summary>
    public void Committed(SegmentWriter current, ulong lsn)
    {
        Debug.Assert(lsn == current.LastLsn, "the group is written");
        _committedChain = current.Chain;
        Volatile.Write(ref _committedLsn, lsn);
    }

    /// <summary>
    /// Leaves the segments that hold a part of a dropped group: the next write starts one that voids everything above
    /// the last committed record.
    /// </summary>
    /// <param name="committedIn">The segment that the group began in.</param>
    public void Supersede(long committedIn)
    {
        lock (_syncGate)
        {
            SegmentWriter current = _segment!;
            Volatile.Write(ref _floor, committedIn);
            _shelf.Add(current.Number, current.Offset);
            _segment = null;
            current.Dispose();
            _pending = new SegmentStart(current.Number + 1, _committedLsn, _committedChain, Supersedes: true);
        }
    }

    /// <summary>Makes everything committed durable.</summary>
    public void Sync()
    {
        lock (_syncGate)
        {
            ThrowIfFailed();
            if (CommittedLsn > _durableLsn)
            {
                SyncCurrent();
            }
        }
    }

    /// <summary>Syncs what was written last, the closing marker.</summary>
    public void SyncEnd(SegmentWriter current)
    {
        lock (_syncGate)
        {
            ThrowIfFailed();
            RunOrFail(current.Sync);
        }
    }

    public void Trim(long firstSegmentNeeded)
    {
        lock (_syncGate)
        {
            if (_pending is null)
            {
                _shelf.Trim(Math.Min(firstSegmentNeeded, CurrentSegment));
            }
        }
    }

    public void ThrowIfFailed()
    {
        if (_failure is { } cause)
        {
            throw new StorageException(
                $"The log in {_options.Directory} failed and takes nothing until it is opened anew: {cause.Message}",
                cause);
        }
    }

    public void Dispose()
    {
        lock (_syncGate)
        {
            _segment?.Dispose();
        }
    }

    private SegmentWriter EnsureSegment()
    {
        Debug.Assert(_syncGate.IsHeldByCurrentThread, "the current segment changes under the gate");
        if (_segment is { } current)
        {
            return current;
        }

        SegmentWriter next = Start(_pending!);
        _segment = next;
        _pending = null;
        _committedChain = next.Chain;
        Volatile.Write(ref _durableLsn, _committedLsn);
        return next;
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
        ulong upTo = CommittedLsn;
        RunOrFail(current.Sync);
        Debug.Assert(upTo >= _durableLsn, "durability never goes back");
        Volatile.Write(ref _durableLsn, upTo);
    }

    /// <summary>
    /// For operations after whose failure the state of the disk is unknown: the log is failed for ever.
    /// </summary>
    private void RunOrFail(Action operation)
    {
        try
        {
            FinalOperation.Run(operation);
        }
        catch (Exception cause)
        {
            _failure = cause as StorageException ?? new StorageException(cause.Message, cause);
            throw;
        }
    }
}
