using Vesper.Indexing;
using Vesper.Indexing.Flat;

namespace Vesper.Segments;

/// <summary>
/// Measures what recall an index reaches at which effort (candidates of a graph, lists probed of an inverted file), so
/// that a search can ask for a recall instead of an effort.
/// </summary>
/// <remarks>
/// Its queries are stored rows moved in a random direction by one and a half times the distance of their tenth
/// neighbour. Rows as they are, or points between neighbours, are easier to find than what users ask for: on the texts
/// of the sample corpus a target of 0.95 measured with them gave 0.69. Some queries are far harder than most, so what
/// is recorded is the mean less its standard error.
/// </remarks>
internal static class IndexCalibration
{
    private const int Queries = 256;
    private const int NeighbourRank = 10;
    private const double Displacement = 1.5;
    private const int Seed = 1;

    private static readonly int[] Ks = [10, 100];

    private static readonly int[] Candidates =
        [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];

    private static readonly int[] Probes =
        [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024];

    /// <summary>
    /// Recall@10 and recall@100 per effort, ascending, up to the first that finds everything. Cost: 512 exact scans.
    /// </summary>
    public static IReadOnlyList<EffortRecall> Measure(
        IVectorIndex index, IVectorStore store, VectorFieldOptions options, CancellationToken cancellation)
    {
        if (store.Count < 2 * Ks[^1])
        {
            return [];
        }

        var random = new Random(Seed);
        var probes = Enumerable.Range(0, Queries)
            .Select(at => new Ordinal((int)((at + 0.5) * store.Count / Queries)))
            .Select(row => Probe.Of(store, Moved(store, row, options.Metric, random, cancellation), cancellation))
            .ToArray();
        var measured = new List<EffortRecall>();
        var isInverted = options.Index.Kind == IndexKind.Ivf;
        foreach (var effort in isInverted ? Probes : Candidates)
        {
            // A walk for a hundred finds the same ten; a scan compares more vectors for a hundred than for ten.
            var walked = isInverted ? null : RecallsOf(new ProbeSearch(effort, Math.Min(effort, Ks[^1])));
            for (var at = 0; at < Ks.Length && (isInverted || Ks[at] <= effort); at++)
            {
                var recalls = walked ?? RecallsOf(new ProbeSearch(effort, Ks[at]));
                measured.Add(new EffortRecall(Ks[at], effort, Certain([.. recalls.Select(recall => recall[at])])));
            }

            if (measured[^1] is { Recall: 1, K: var last } && last == Ks[^1])
            {
                break;
            }
        }

        return measured;

        double[][] RecallsOf(ProbeSearch search) =>
            Array.ConvertAll(probes, probe => probe.Recalls(index, store, search, cancellation));
    }

    /// <summary>
    /// The least effort whose measured recall of k results reaches the target, or null when none does.
    /// </summary>
    public static int? EffortFor(IReadOnlyList<EffortRecall> calibration, double targetRecall, int k)
    {
        var measuredK = k <= Ks[0] ? Ks[0] : Ks[^1];
        foreach (var entry in calibration)
        {
            if (entry.K == measuredK && entry.Recall >= targetRecall)
            {
                // More results than were measured need as many times the effort.
                return (int)Math.Min(Limits.SearchWindow, (long)entry.Effort * Math.Max(k, measuredK) / measuredK);
            }
        }

        return null;
    }

    private static double Certain(double[] recalls)
    {
        var mean = recalls.Average();
        var variance = recalls.Sum(recall => (recall - mean) * (recall - mean)) / (recalls.Length - 1);
        return mean - Math.Sqrt(variance / recalls.Length);
    }

    private static float[] Moved(
        IVectorStore store, Ordinal row, Metric metric, Random random, CancellationToken cancellation)
    {
        var vector = Read(store, row, metric);
        var neighbour = Read(store, Exact(store, vector, NeighbourRank, cancellation)[^1].Ordinal, metric);
        var direction = Array.ConvertAll(vector, _ => Gaussian(random));
        var length = Displacement * Math.Sqrt(Reference.SquaredL2(vector, neighbour)) / Reference.Norm(direction);
        var moved = vector.Zip(direction, (at, by) => (float)(at + (length * by))).ToArray();
        return moved.All(float.IsFinite) && moved.Any(value => value != 0) ? moved : vector;
    }

    private static float[] Read(IVectorStore store, Ordinal row, Metric metric)
    {
        var vector = new float[store.Dimensions];
        store.Read(row, vector);
        var scale = metric == Metric.Cosine ? 1 / Reference.Norm(vector) : 1;
        return Array.ConvertAll(vector, value => (float)(value * scale));
    }

    private static float Gaussian(Random random) => (float)(
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static Scored[] Exact(IVectorStore store, float[] query, int k, CancellationToken cancellation)
    {
        var nearest = new TopK(k);
        using var scorer = store.ScorerFor(query);
        FlatScan.Range(scorer, 0, store.Count, null, nearest, cancellation);
        return nearest.Sorted().ToArray();
    }

    private readonly record struct ProbeSearch(int Effort, int Results);

    /// <summary>A query with the distances of its true k-th nearest.</summary>
    private sealed record Probe(float[] Query, float[] Worst)
    {
        public static Probe Of(IVectorStore store, float[] query, CancellationToken cancellation)
        {
            var nearest = Exact(store, query, Ks[^1], cancellation);
            return new Probe(query, Array.ConvertAll(Ks, k => nearest[k - 1].Distance));
        }

        /// <summary>The share of the true nearest that was found, for each k.</summary>
        public double[] Recalls(
            IVectorIndex index, IVectorStore store, ProbeSearch search, CancellationToken cancellation)
        {
            var found = new TopK(search.Results);
            using var scorer = store.ScorerFor(Query);
            var asked = new IndexSearch(search.Effort, null) { Vector = Query };
            index.Search(scorer, asked, found, cancellation);
            var distances = Array.ConvertAll(found.Sorted().ToArray(), candidate => candidate.Distance);
            return [.. Ks.Select(
                (k, at) => distances.Take(k).Count(distance => distance <= Worst[at]) / (double)k)];
        }
    }
}
