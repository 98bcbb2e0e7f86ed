namespace Vesper.Indexing.Flat;

/// <summary>Exact search: scores every row of a range or set, in batches.</summary>
internal static class FlatScan
{
    /// <summary>Scans the ordinals [from, to), those that pass.</summary>
    public static void Range(IScorer scorer, int from, int to, IOrdinalFilter? filter, TopK into, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>Scans the members of a set.</summary>
    public static void Set(IScorer scorer, BitSet rows, TopK into, CancellationToken cancellation) => throw new NotImplementedException();
}
