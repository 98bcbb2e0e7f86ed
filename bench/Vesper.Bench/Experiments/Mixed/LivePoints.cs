using System.Diagnostics;
using Vesper.Bench.Experiments.Writing;

namespace Vesper.Bench.Experiments.Mixed;

/// <summary>
/// Which rows of a source are live points, and which wait to be inserted: a fixed number is live, and rows go back and
/// forth at random. Ids are never used twice. One thread.
/// </summary>
internal sealed class LivePoints
{
    private readonly PointSource _source;
    private readonly Random _random;
    private readonly List<(ulong Id, int Row)> _live = [];
    private readonly List<int> _waiting = [];
    private ulong _nextId;

    /// <summary>Draws the rows that are live first.</summary>
    public LivePoints(PointSource source, double liveShare, int seed)
    {
        _source = source;
        _random = new Random(seed);
        var rows = Enumerable.Range(0, source.Count).ToArray();
        _random.Shuffle(rows);
        var live = (int)(source.Count * liveShare);
        Debug.Assert(live > 0 && live < rows.Length, "some are live and some wait");
        _live.AddRange(rows[..live].Select(row => (_nextId++, row)));
        _waiting.AddRange(rows[live..]);
    }

    /// <summary>Live points.</summary>
    public int Count => _live.Count;

    /// <summary>The points that are live now.</summary>
    public IEnumerable<Point> All => _live.Select(point => _source.Make(point.Id, point.Row));

    /// <summary>Makes some waiting rows live, and as many live ones wait.</summary>
    /// <param name="count">At most as many as wait.</param>
    public (Point[] Inserted, PointId[] Deleted) Exchange(int count)
    {
        Debug.Assert(count <= _waiting.Count && count <= _live.Count);
        var inserted = new Point[count];
        var deleted = new PointId[count];
        for (var i = 0; i < count; i++)
        {
            var coming = _random.Next(_waiting.Count);
            var leaving = _random.Next(_live.Count);
            var (oldId, oldRow) = _live[leaving];
            inserted[i] = _source.Make(_nextId, _waiting[coming]);
            deleted[i] = oldId;
            _live[leaving] = (_nextId++, _waiting[coming]);
            _waiting[coming] = oldRow;
        }

        return (inserted, deleted);
    }
}
