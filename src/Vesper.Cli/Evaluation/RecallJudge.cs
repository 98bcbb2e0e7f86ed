using System.Diagnostics;

namespace Vesper.Cli.Evaluation;

/// <summary>
/// Judges recall by distance, so that points equally near count equally: a returned point is a hit when its true
/// distance is at most the true k-th distance × (1 + 1e-6). The denominator is min(k, matches).
/// </summary>
/// <remarks>
/// The truth's own first k are hits by definition. A further 1e-12 absorbs the rounding of the double-precision
/// distances where the k-th is zero.
/// </remarks>
internal sealed class RecallJudge
{
    private const double Tolerance = 1e-6;
    private const double Rounding = 1e-12;
    private const int IdsAtATime = 1_000;

    private readonly Metric _metric;
    private readonly IReadOnlyList<float[]> _queries;
    private readonly GroundTruth _truth;
    private readonly Func<IReadOnlyList<PointId>, IReadOnlyList<float[]>> _vectorsOf;
    private readonly double[] _kth;

    /// <summary>Prepares the true k-th distances.</summary>
    /// <param name="metric">The metric of the field.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="truth">Their true nearest, one row a query, cut at k.</param>
    /// <param name="vectorsOf">The stored vectors of ids, in the same order; fails when one does not exist.</param>
    public RecallJudge(
        Metric metric,
        IReadOnlyList<float[]> queries,
        GroundTruth truth,
        Func<IReadOnlyList<PointId>, IReadOnlyList<float[]>> vectorsOf)
    {
        Debug.Assert(queries.Count == truth.Count, "a row of truth for each query");
        _metric = metric;
        _queries = queries;
        _truth = truth;
        _vectorsOf = vectorsOf;
        _kth = FindKthDistances();
    }

    /// <summary>min(k, matches) of a query.</summary>
    public int Expected(int query) => _truth.Of(query).Length;

    /// <summary>The share of min(k, matches) that was found; 1 where nothing matches.</summary>
    public double Recall(int query, IReadOnlyList<PointId> returned)
    {
        var expected = Expected(query);
        if (expected == 0)
        {
            return 1;
        }

        var truth = new HashSet<PointId>(expected);
        foreach (var id in _truth.Of(query))
        {
            truth.Add(new PointId((ulong)id));
        }

        var distinct = returned.Distinct().ToList();
        var others = distinct.Where(id => !truth.Contains(id)).ToList();
        var hits = distinct.Count - others.Count + CountNear(query, others);
        return (double)Math.Min(hits, expected) / expected;
    }

    private int CountNear(int query, IReadOnlyList<PointId> ids)
    {
        if (ids.Count == 0)
        {
            return 0;
        }

        var limit = _kth[query] + (Math.Abs(_kth[query]) * Tolerance) + Rounding;
        return _vectorsOf(ids).Count(vector => TrueDistance.Compute(_metric, _queries[query], vector) <= limit);
    }

    private double[] FindKthDistances()
    {
        var kth = new double[_queries.Count];
        foreach (var chunk in Enumerable.Range(0, _queries.Count).Where(query => Expected(query) > 0).Chunk(IdsAtATime))
        {
            var ids = Array.ConvertAll(chunk, query => new PointId((ulong)_truth.Of(query)[^1]));
            var vectors = _vectorsOf(ids);
            Debug.Assert(vectors.Count == chunk.Length, "one vector for each id");
            foreach (var (place, query) in chunk.Index())
            {
                kth[query] = TrueDistance.Compute(_metric, _queries[query], vectors[place]);
            }
        }

        return kth;
    }
}
