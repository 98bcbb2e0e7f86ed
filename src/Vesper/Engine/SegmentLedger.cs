using System.Diagnostics;
using Vesper.Segments;

namespace Vesper.Engine;

/// <summary>
/// The segments of a collection and the version that readers see. Rows change here first, unseen; <see cref="Publish"/>
/// shows them. Only the writer thread changes it; leases are lock-free.
/// </summary>
internal sealed class SegmentLedger : IDisposable
{
    private static readonly Lsn Newest = new(ulong.MaxValue);

    private readonly MemoryScope _scope;
    private readonly List<SealedSegment> _sealed = [];
    private readonly List<ActiveSegment> _frozen = [];
    private readonly Queue<SegmentSet> _versions = new();
    private SegmentSchema _schema;
    private ActiveSegment _active;
    private SegmentSet _current;
    private CheckpointPosition _checkpoint;
    private long _live;
    private int _frozenCount;
    private bool _disposed;

    /// <summary>Takes over the sealed segments, as of a checkpoint.</summary>
    public SegmentLedger(
        SegmentSchema schema,
        IReadOnlyList<SealedSegment> segments,
        CheckpointPosition checkpoint,
        MemoryScope scope)
    {
        _schema = schema;
        _scope = scope;
        _sealed.AddRange(segments);
        _live = segments.Sum(segment => (long)segment.Count - segment.DeadCount);
        _checkpoint = checkpoint;
        _active = new ActiveSegment(schema, scope);
        _current = new SegmentSet([.. _sealed, _active], checkpoint.Lsn, checkpoint, _live);
    }

    /// <summary>The published version; lease it before use off the writer thread.</summary>
    public SegmentSet Current => Volatile.Read(ref _current);

    public ActiveSegment Active => _active;

    /// <summary>Frozen segments that wait to be sealed.</summary>
    public int FrozenCount => Volatile.Read(ref _frozenCount);

    /// <summary>Holds the published version until the lease is disposed.</summary>
    public SegmentLease Lease()
    {
        while (true)
        {
            var set = Current;
            if (set.TryAcquire())
            {
                return new SegmentLease(set);
            }

            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        }
    }

    public void Upsert(PointId id, ReadOnlySpan<byte> vectors, ReadOnlySpan<byte> payload, Lsn lsn)
    {
        if (!TryKill(id, lsn))
        {
            _live++;
        }

        _active.Append(id, vectors, payload);
    }

    public void Delete(PointId id, Lsn lsn)
    {
        if (TryKill(id, lsn))
        {
            _live--;
        }
    }

    public void SetPayload(PointId id, byte[] payload, Lsn lsn)
    {
        if (TryFind(id, out var segment, out var row))
        {
            segment.Overlay.Set(row, lsn, payload, OldestVisible());
        }
    }

    /// <summary>Ends the active segment's growth and begins a new one.</summary>
    public void Freeze(CheckpointPosition at)
    {
        _active.Freeze(at);
        _frozen.Add(_active);
        Volatile.Write(ref _frozenCount, _frozen.Count);
        _active = new ActiveSegment(_schema, _scope);
    }

    /// <summary>Shows everything applied up to an LSN.</summary>
    /// <param name="lsn">The last write applied.</param>
    /// <param name="logSegment">The log segment that later writes go to.</param>
    public void Publish(Lsn lsn, long logSegment)
    {
        if (_frozen.Count == 0 && _active.Count == 0)
        {
            _checkpoint = new CheckpointPosition(lsn, logSegment);
        }

        var previous = _current;
        _versions.Enqueue(previous);
        OldestVisible();
        Volatile.Write(ref _current, new SegmentSet([.. _sealed, .. _frozen, _active], lsn, _checkpoint, _live));
        previous.Release();
    }

    /// <summary>
    /// Puts a rewritten segment in the place of its sources and carries over what happened to their rows meanwhile.
    /// </summary>
    /// <param name="sources">What was rewritten, with the map of rows.</param>
    /// <param name="target">The new segment, or null when no row was left.</param>
    public void Replace(IReadOnlyList<SegmentSource> sources, SealedSegment? target)
    {
        foreach (var source in sources)
        {
            CarryOver(source, target);
        }

        var place = sources.Max(source => _sealed.FindIndex(segment => segment == source.Segment));
        if (target is not null)
        {
            _sealed.Insert(place < 0 ? _sealed.Count : place + 1, target);
        }

        foreach (var source in sources)
        {
            if (source.Segment is ActiveSegment frozen)
            {
                Debug.Assert(frozen == _frozen[0], "segments are sealed in order");
                _checkpoint = frozen.FrozenAt!.Value;
                _frozen.RemoveAt(0);
            }
            else
            {
                _sealed.Remove((SealedSegment)source.Segment);
            }
        }

        Volatile.Write(ref _frozenCount, _frozen.Count);
        Publish(_current.Lsn, _current.Checkpoint.FirstLogSegment);
        foreach (var source in sources)
        {
            source.Segment.Release();
        }
    }

    public void SetPayloadIndexes(SegmentSchema schema)
    {
        _schema = schema;
        foreach (var segment in _sealed)
        {
            segment.SetPayloadIndexes(schema.PayloadIndexes);
        }

        foreach (var segment in _frozen.Append(_active))
        {
            segment.SetPayloadIndexes(schema.PayloadIndexes);
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        _current.Release();
        foreach (var segment in _sealed.Concat<Segment>(_frozen).Append(_active))
        {
            segment.Release();
        }
    }

    private static void CarryOver(SegmentSource source, SealedSegment? target)
    {
        foreach (var (row, lsn) in source.Segment.Deaths())
        {
            var place = source.Map[row];
            if (place >= 0 && target!.IsAlive(new Ordinal(place), Newest))
            {
                target.Kill(new Ordinal(place), new Lsn(lsn));
            }
        }

        foreach (var row in source.Segment.Overlay.Rows)
        {
            var place = source.Map[row.Value];
            foreach (var (lsn, payload) in place < 0 ? [] : source.Segment.Overlay.VersionsAfter(row, source.At))
            {
                target!.Overlay.Set(new Ordinal(place), lsn, payload, source.At);
            }
        }
    }

    /// <summary>The oldest LSN that some reader may still see.</summary>
    private Lsn OldestVisible()
    {
        while (_versions.TryPeek(out var oldest) && oldest.IsReleased)
        {
            _versions.Dequeue();
        }

        return _versions.TryPeek(out var leased) ? leased.Lsn : _current.Lsn;
    }

    private bool TryKill(PointId id, Lsn lsn)
    {
        if (!TryFind(id, out var segment, out var row))
        {
            return false;
        }

        segment.Kill(row, lsn);
        return true;
    }

    private bool TryFind(PointId id, out Segment segment, out Ordinal row)
    {
        segment = _active;
        if (segment.TryFindAlive(id, segment.Count, Newest, out row))
        {
            return true;
        }

        for (var at = _frozen.Count + _sealed.Count - 1; at >= 0; at--)
        {
            segment = at >= _sealed.Count ? _frozen[at - _sealed.Count] : _sealed[at];
            if (segment.TryFindAlive(id, segment.Count, Newest, out row))
            {
                return true;
            }
        }

        return false;
    }
}
