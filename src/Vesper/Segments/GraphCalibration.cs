using Vesper.Indexing;
using Vesper.Indexing.Flat;

namespace Vesper.Segments;

/// <summary>
/// Measures what recall a graph reaches at which effort, so that a search can ask for a recall instead of an effort.
/// Queries are midpoints between stored rows and one of their near neighbours: they lie where the data lies, without
/// being stored.
/// </summary>
internal static class GraphCalibration
{
    private const int Queries = 64;
    private const int K = 10;
    private const int NeighbourRank = 24;

    private static readonly int[] Efforts = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024];

    /// <summary>
    /// Recall@10 per effort, ascending, up to the first that finds everything. Cost: 128 exact scans.
    /// </summary>
    public static IReadOnlyList<EffortRecall> Measure(
        IVectorIndex index, IVectorStore store, CancellationToken cancellation)
    {
        if (store.Count < 2 * NeighbourRank)
        {
            return [];
        }

        var queries = Enumerable.Range(0, Queries)
            .Select(query => Midpoint(store, new Ordinal((int)((query + 0.5) * store.Count / Queries)), cancellation))
            .ToArray();
        var worst = queries.Select(query => Exact(store, query, K, cancellation)[^1].Distance).ToArray();
        var measured = new List<EffortRecall>();
        foreach (var effort in Efforts)
        {
            var hits = queries
                .Select((query, at) => Hits(index, store, new Probe(query, worst[at], effort), cancellation))
                .Sum();
            measured.Add(new EffortRecall(effort, hits / (double)(Queries * K)));
            if (hits == Queries * K)
            {
                break;
            }
        }

        return measured;
    }

    /// <summary>The least effort whose measured recall reaches the target, or null when none does.</summary>
    public static int? EffortFor(IReadOnlyList<EffortRecall> calibration, double targetRecall)
    {
        foreach (var (effort, recall) in calibration)
        {
            if (recall >= targetRecall)
            {
                return effort;
            }
        }

        return null;
    }

    private static float[] Midpoint(IVectorStore store, Ordinal row, CancellationToken cancellation)
    {
        var vector = new float[store.Dimensions];
        var neighbour = new float[store.Dimensions];
        store.Read(row, vector);
        store.Read(Exact(store, vector, NeighbourRank, cancellation)[^1].Ordinal, neighbour);
        var middle = vector.Zip(neighbour, (a, b) => (a + b) / 2).ToArray();
        return middle.Any(value => value != 0) ? middle : vector;
    }

    private static Scored[] Exact(IVectorStore store, float[] query, int k, CancellationToken cancellation)
    {
        var nearest = new TopK(k);
        using var scorer = store.ScorerFor(query);
        FlatScan.Range(scorer, 0, store.Count, null, nearest, cancellation);
        return nearest.Sorted().ToArray();
    }

    private static int Hits(IVectorIndex index, IVectorStore store, Probe probe, CancellationToken cancellation)
    {
        var found = new TopK(K);
        using var scorer = store.ScorerFor(probe.Query);
        index.Search(scorer, new IndexSearch(probe.Effort, null), found, cancellation);
        var hits = 0;
        foreach (var candidate in found.Sorted())
        {
            hits += candidate.Distance <= probe.WorstDistance ? 1 : 0;
        }

        return hits;
    }

    private readonly record struct Probe(float[] Query, float WorstDistance, int Effort);
}
