using System.Collections.Immutable;
using System.Diagnostics;

namespace Vesper.Segments;

/// <summary>
/// One immutable version of a collection: its segments, how many rows of the active one belong to it, and its LSN. Readers
/// lease a version and see it unchanged until they let it go.
/// </summary>
internal sealed class SegmentSet
{
    private int _leases = 1;

    /// <param name="segments">Sealed, then frozen, then the active one, each in order of age.</param>
    /// <param name="lsn">The last write this version shows.</param>
    /// <param name="sealedLsn">Rows of writes up to here are in sealed segments.</param>
    /// <param name="livePoints">Live points of this version.</param>
    public SegmentSet(ImmutableArray<Segment> segments, Lsn lsn, Lsn sealedLsn, long livePoints)
    {
        Debug.Assert(segments[^1] is ActiveSegment { FrozenAt.Value: 0 }, "the last segment takes writes");
        Debug.Assert(sealedLsn <= lsn, "only published writes are sealed");
        Segments = segments;
        Lsn = lsn;
        SealedLsn = sealedLsn;
        LivePoints = livePoints;
        ActiveRows = segments[^1].Count;
        foreach (var segment in segments)
        {
            segment.AddReference();
        }
    }

    public ImmutableArray<Segment> Segments { get; }

    public Lsn Lsn { get; }

    public Lsn SealedLsn { get; }

    public long LivePoints { get; }

    public int ActiveRows { get; }

    public ActiveSegment Active => (ActiveSegment)Segments[^1];

    public IEnumerable<SealedSegment> Sealed => Segments.OfType<SealedSegment>();

    public IEnumerable<ActiveSegment> Frozen => Segments.OfType<ActiveSegment>().Where(segment => segment.FrozenAt.Value > 0);

    /// <summary>The segments as this version shows them, newest first.</summary>
    public IEnumerable<SegmentView> Views()
    {
        for (var index = Segments.Length - 1; index >= 0; index--)
        {
            yield return new SegmentView(Segments[index], index == Segments.Length - 1 ? ActiveRows : Segments[index].Count, Lsn);
        }
    }

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
