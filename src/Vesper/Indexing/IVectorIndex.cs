namespace Vesper.Indexing;

/// <summary>
/// A search structure over the rows 0 … Count − 1 of a segment. Searches are thread-safe, also beside inserts.
/// </summary>
internal interface IVectorIndex : IDisposable
{
    /// <summary>
    /// Rows that are fully in: exactly the ordinals below this number. Rows from here on must be scanned.
    /// </summary>
    int Count { get; }

    /// <summary>Offers the best candidates it finds to <paramref name="into"/>: passing rows only, each once.</summary>
    void Search(IScorer scorer, in IndexSearch search, TopK into, CancellationToken cancellation);
}

/// <summary>An index that takes rows one at a time, from many threads at once.</summary>
internal interface IMutableVectorIndex : IVectorIndex
{
    /// <summary>
    /// Puts a stored row in; one that is in already stays as it is. Different ordinals concurrently, in any order;
    /// never one ordinal from two threads.
    /// </summary>
    void Insert(Ordinal row);
}

/// <summary>What one index search is asked.</summary>
/// <param name="Effort">
/// Candidates kept while walking (efSearch of a graph, raised to the collector's capacity), or lists probed (nprobe of
/// an inverted file); ≥ 1.
/// </param>
/// <param name="Filter">Rows allowed as results, or null for all. Others may still be walked through.</param>
/// <param name="Limit">
/// Rows from here on are no results (they may be walked through): the <see cref="IVectorIndex.Count"/> read once
/// before, where rows from there on are scanned apart.
/// </param>
internal readonly record struct IndexSearch(int Effort, IOrdinalFilter? Filter, int Limit = int.MaxValue)
{
    /// <summary>The query, for an index that looks at more than distances.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }
}
