namespace Vesper.Segments;

/// <summary>What the policy needs to know of a sealed segment.</summary>
/// <param name="Rows">Rows stored.</param>
/// <param name="Dead">Dead among them.</param>
/// <param name="Changed">Rows whose payload was changed since.</param>
/// <param name="Unindexed">Rows missing in a graph that should hold them, over all fields.</param>
internal readonly record struct SegmentShape(int Rows, int Dead, int Changed, int Unindexed)
{
    /// <summary>A payload index of the collection is not in its file.</summary>
    public bool LacksIndexes { get; init; }
}

/// <summary>Decides which sealed segments are rewritten as one. Pure: the same shapes give the same answer.</summary>
/// <remarks>
/// Few, large segments search fastest; rewriting too often costs more than it gives. Segments of like size are merged
/// four at a time while writes go on, and all of them when the writer rests, up to a size that one rewrite may have.
/// </remarks>
internal static class MergePolicy
{
    /// <summary>Most rows that a merge makes. From half of it on a segment is left alone, unless it decays.</summary>
    public const int LargestRows = 8_000_000;

    private const int TierFanOut = 4;
    private const int SmallestTierRows = 25_000;
    private const int DecayedRowsMin = 1_000;

    /// <summary>Positions of the segments to rewrite into one, the one to extend first; empty for none.</summary>
    /// <param name="segments">The sealed segments, in order of age.</param>
    /// <param name="resting">No frozen segment waits: there is time to tidy up.</param>
    public static IReadOnlyList<int> Pick(IReadOnlyList<SegmentShape> segments, bool resting)
    {
        var all = Enumerable.Range(0, segments.Count).ToArray();
        var decayed = all.Where(at => IsDecayed(segments[at], resting)).Take(1).ToArray();
        if (decayed.Length > 0)
        {
            return decayed;
        }

        var tier = all.Where(at => segments[at].Rows < LargestRows / 2)
            .GroupBy(at => Tier(segments[at].Rows), (key, group) => (Key: key, Members: Fitting(segments, group)))
            .Where(group => group.Members.Count >= TierFanOut)
            .OrderBy(group => group.Key)
            .Select(group => group.Members)
            .FirstOrDefault();
        if (tier is not null)
        {
            return Ordered(segments, tier);
        }

        if (!resting)
        {
            return [];
        }

        var settled = Settle(segments, all);
        return settled.Count > 1
            ? Ordered(segments, settled)
            : [.. all.Where(at => segments[at].Unindexed > 0).Take(1)];
    }

    /// <summary>
    /// The small segments as one, together with the largest once they amount to a quarter of it: one or two remain.
    /// </summary>
    private static List<int> Settle(IReadOnlyList<SegmentShape> segments, IReadOnlyList<int> positions)
    {
        var bySize = positions
            .Where(at => segments[at].Rows < LargestRows / 2)
            .OrderBy(at => segments[at].Rows)
            .ToList();
        if (bySize.Count < 2)
        {
            return [];
        }

        var largest = bySize[^1];
        var others = bySize[..^1];
        var rows = others.Sum(at => (long)segments[at].Rows);
        return Fitting(segments, rows * 4 >= segments[largest].Rows ? bySize : others);
    }

    /// <summary>The smallest of them, as many as fit into one segment.</summary>
    private static List<int> Fitting(IReadOnlyList<SegmentShape> segments, IEnumerable<int> positions)
    {
        long rows = 0;
        return [.. positions.OrderBy(at => segments[at].Rows)
            .TakeWhile(at => (rows += segments[at].Rows) <= LargestRows)];
    }

    /// <summary>A fifth dead or changed. While writes go on a small segment is not worth it.</summary>
    private static bool IsDecayed(SegmentShape segment, bool resting)
    {
        var decayed = (long)segment.Dead + segment.Changed;
        return (resting && segment.LacksIndexes)
            || (decayed > 0 && decayed * 5 >= segment.Rows && (resting || decayed >= DecayedRowsMin));
    }

    /// <summary>Whether a rewrite may keep the dead rows, and with them the ordinals and the graph.</summary>
    public static bool MayKeepDead(int rows, int dead) => (long)dead * 5 < rows;

    private static int Tier(int rows) =>
        Math.Max(0, (int)Math.Log(Math.Max(1.0, rows / (double)SmallestTierRows), TierFanOut));

    /// <summary>The one with the most indexed rows first, the others by age.</summary>
    private static int[] Ordered(IReadOnlyList<SegmentShape> segments, IEnumerable<int> chosen)
    {
        var positions = chosen.ToArray();
        var first = positions.MaxBy(at => segments[at].Rows - segments[at].Unindexed);
        return [first, .. positions.Where(at => at != first).Order()];
    }
}
