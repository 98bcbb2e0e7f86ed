using System.Collections.Immutable;
using System.Diagnostics;

namespace Vesper.Segments;

/// <summary>
/// One immutable version of a collection: its segments, how many rows of each belong to it, and its LSN. Readers
/// lease a version and see it unchanged until they let it go.
/// </summary>
internal sealed class SegmentSet
{
    private int _leases = 1;

    /// <param name="segments">Sealed, then frozen, then the active one, each in order of age.</param>
    /// <param name="lsn">The last write this version shows.</param>
    /// <param name="checkpoint">What a checkpoint of this version reaches.</param>
    /// <param name="livePoints">Live points of this version.</param>
    public SegmentSet(ImmutableArray<Segment> segments, Lsn lsn, CheckpointPosition checkpoint, long livePoints)
    {
        Debug.Assert(segments[^1] is ActiveSegment { FrozenAt: null }, "the last segment takes writes");
        Debug.Assert(checkpoint.Lsn <= lsn, "only published writes are sealed");
        Segments = segments;
        Lsn = lsn;
        Checkpoint = checkpoint;
        LivePoints = livePoints;
        Views = [.. segments.Reverse().Select(segment => new SegmentView(segment, segment.Count, lsn))];
        foreach (var segment in segments)
        {
            segment.AddReference();
        }
    }

    public ImmutableArray<Segment> Segments { get; }

    public Lsn Lsn { get; }

    public CheckpointPosition Checkpoint { get; }

    public long LivePoints { get; }

    public ActiveSegment Active => (ActiveSegment)Segments[^1];

    public IEnumerable<SealedSegment> Sealed => Segments.OfType<SealedSegment>();

    public IEnumerable<ActiveSegment> Frozen =>
        Segments.OfType<ActiveSegment>().Where(segment => segment.FrozenAt is not null);

    /// <summary>The segments as this version shows them, newest first.</summary>
    public ImmutableArray<SegmentView> Views { get; }

    /// <summary>Whether nobody holds the version any more.</summary>
    public bool IsReleased => Volatile.Read(ref _leases) == 0;

    /// <summary>Leases the version; false when it was let go by all meanwhile.</summary>
    public bool TryAcquire()
    {
        for (var leases = Volatile.Read(ref _leases); leases > 0; leases = Volatile.Read(ref _leases))
        {
            if (Interlocked.CompareExchange(ref _leases, leases + 1, leases) == leases)
            {
                return true;
            }
        }

        return false;
    }

    public void Release()
    {
        var leases = Interlocked.Decrement(ref _leases);
        Debug.Assert(leases >= 0, "leases end once");
        if (leases == 0)
        {
            foreach (var segment in Segments)
            {
                segment.Release();
            }
        }
    }
}

/// <summary>A held version; dispose ends the lease.</summary>
internal readonly struct SegmentLease(SegmentSet set) : IDisposable
{
    public SegmentSet Set => set;

    public void Dispose() => set.Release();
}

/// <summary>A point in the log up to which all rows are in sealed segments.</summary>
/// <param name="Lsn">The last write that is.</param>
/// <param name="FirstLogSegment">The first log segment that holds later writes.</param>
internal readonly record struct CheckpointPosition(Lsn Lsn, long FirstLogSegment);
