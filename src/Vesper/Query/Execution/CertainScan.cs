using Vesper.Indexing;
using Vesper.Indexing.Flat;
using Vesper.Segments;

namespace Vesper.Query.Execution;

/// <summary>
/// Compares rows of a segment, all or those of a set, so that what is found is what the exact scores say: single
/// precision screens, and where it cannot tell which rows are nearest, double precision decides.
/// </summary>
internal static class CertainScan
{
    /// <summary>
    /// Leaves the best in the collector, of which the first <see cref="SearchQuery.Window"/> are sure.
    /// </summary>
    /// <param name="query">The search.</param>
    /// <param name="view">The segment.</param>
    /// <param name="matches">Rows to compare, or null for all live ones.</param>
    /// <param name="into">Empty; larger than the window, or as large as the segment.</param>
    public static void Run(
        SearchQuery query, SegmentView view, BitSet? matches, TopK into, CancellationToken cancellation)
    {
        var store = view.Segment.Vectors(query.Field);
        var vector = query.Request.Vector.Span;
        using var scorer = store.ScorerFor(vector);
        Scan(scorer);
        if (into.Count < into.Capacity || into.Capacity <= query.Window)
        {
            return;
        }

        var bound = Bound(query, store, into.Sorted()[query.Window - 1].Distance, view.Count);
        if (into.Sorted()[^1].Distance > bound)
        {
            return;
        }

        // The rows that could be among the best are more than were kept.
        into.Reset(into.Capacity, view.Segment.Ids);
        Scan(new ScoreOfScreened(query, store, scorer, bound));

        void Scan(IScorer by)
        {
            if (matches is null)
            {
                FlatScan.Range(by, 0, view.Count, view.HasDead ? view : null, into, cancellation);
            }
            else
            {
                FlatScan.Set(by, matches, into, cancellation);
            }
        }
    }

    private static float Bound(SearchQuery query, IVectorStore store, float kth, int rows)
    {
        var (metric, dimensions) = (query.Options.Metric, query.Options.Dimensions);
        var norms = metric == Metric.Dot ? Reference.Norm(query.Request.Vector.Span) * store.LargestNorm(rows) : 0;
        return RoundingBound.Above(metric, dimensions, kth, norms);
    }

    /// <summary>The exact key of rows whose distance does not pass the bound; all others are farthest.</summary>
    private sealed class ScoreOfScreened(SearchQuery query, IVectorStore store, IScorer screen, float bound) : IScorer
    {
        private readonly float[] _row = new float[store.Dimensions];

        public void Score(ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
        {
            screen.Score(ordinals, distances);
            for (var at = 0; at < ordinals.Length; at++)
            {
                if (distances[at] > bound)
                {
                    distances[at] = float.PositiveInfinity;
                    continue;
                }

                store.Read(ordinals[at], _row);
                distances[at] = ExactScore.Key(query.Options.Metric, query.Request.Vector.Span, _row);
            }
        }

        public void Prefetch(ReadOnlySpan<Ordinal> ordinals) => screen.Prefetch(ordinals);

        public void Dispose()
        {
        }
    }
}
