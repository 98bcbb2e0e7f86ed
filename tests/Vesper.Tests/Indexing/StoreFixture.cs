using Vesper.Indexing;
using Vesper.Indexing.Flat;
using Vesper.Indexing.Vectors;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing;

/// <summary>A store with rows in it, exact answers over them, and proof that all native memory goes back.</summary>
internal sealed class StoreFixture : IDisposable
{
    public StoreFixture(Metric metric, IReadOnlyList<float[]> rows)
    {
        Scope = new MemoryScope("test");
        Store = new FloatVectorStore(metric, rows[0].Length, Scope);
        Append(rows);
    }

    public MemoryScope Scope { get; }

    public FloatVectorStore Store { get; }

    public void Append(IEnumerable<float[]> rows)
    {
        foreach (var row in rows)
        {
            Store.Append(row);
        }
    }

    /// <summary>The exact nearest rows.</summary>
    public Scored[] Exact(float[] query, int k, IOrdinalFilter? filter = null, int limit = int.MaxValue)
    {
        var top = new TopK(k);
        using var scorer = Store.ScorerFor(query);
        FlatScan.Range(scorer, 0, Math.Min(limit, Store.Count), filter, top, TestContext.Current.CancellationToken);
        return top.Sorted().ToArray();
    }

    /// <summary>What an index finds.</summary>
    public Scored[] Search(IVectorIndex index, float[] query, int k, in IndexSearch search)
    {
        var top = new TopK(k);
        using var scorer = Store.ScorerFor(query);
        index.Search(scorer, search with { Vector = query }, top, TestContext.Current.CancellationToken);
        return top.Sorted().ToArray();
    }

    /// <summary>
    /// Results at most as far as the exact k-th (within 1e-6), of the exact number, over several queries.
    /// </summary>
    public double Recall(IVectorIndex index, IReadOnlyList<float[]> queries, int k, in IndexSearch search)
    {
        var (hits, total) = (0, 0);
        foreach (var query in queries)
        {
            var exact = Exact(query, k, search.Filter, search.Limit);
            var found = Search(index, query, k, search);
            total += exact.Length;
            hits += exact.Length == 0 ? 0 : found.Count(one => IsHit(one.Distance, exact[^1].Distance));
        }

        return total == 0 ? 1 : (double)hits / total;
    }

    public void Dispose()
    {
        Store.Dispose();
        Assert.Equal(0, Scope.Bytes);
    }

    private static bool IsHit(float distance, float worst) => distance <= worst + (1e-6f * Math.Abs(worst));
}
