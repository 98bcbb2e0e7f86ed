using Vesper.Indexing;
using Vesper.Indexing.Flat;
using Vesper.Query.Filters;
using Vesper.Query.Planning;
using Vesper.Segments;

namespace Vesper.Query.Execution;

/// <summary>Searches one segment: filter, plan, walk or scan. Leaves the best candidates in the collector.</summary>
internal static class SegmentSearcher
{
    // More candidates than asked for, so that the exact score can decide who is last.
    private const int RerankSlack = 16;

    public static void Search(
        SearchQuery query, SegmentView view, BitSetPool sets, TopK into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var capacity = Math.Max(1, Math.Min(query.Window + RerankSlack, view.Count));
        into.Reset(capacity, view.Segment.Ids);
        if (view.Count == 0)
        {
            return;
        }

        var matches = Matches(query.Filter, view, sets, cancellation);
        var matchCount = matches?.Count();
        if (matchCount == 0)
        {
            return;
        }

        var store = view.Segment.Vectors(query.Field);
        var indexed = Math.Min(view.Segment.IndexedRows(query.Field), view.Count);
        var effort = Effort(query, view);
        var cost = IndexCost.Of(query.Options.Index, indexed);
        var facts = new SegmentFacts(view.Count, indexed, matchCount, cost);
        if (SearchPlanner.Plan(facts, effort) == SearchStrategy.Index)
        {
            using var scorer = store.ScorerFor(query.Request.Vector.Span);
            var filter = matches is null ? LiveFilter(view) : new MatchFilter(matches, matchCount!.Value);
            var index = view.Segment.Index(query.Field)!;
            into.Reset(IsInverted(query) ? capacity : Math.Min(capacity, effort!.Value), view.Segment.Ids);
            var search = new IndexSearch(effort!.Value, filter, indexed) { Vector = query.Request.Vector };
            index.Search(scorer, search, into, cancellation);
            FlatScan.Range(scorer, indexed, view.Count, filter, into, cancellation);
            if (into.Count >= Math.Min(query.Window, filter?.Estimate ?? view.Count))
            {
                return;
            }

            // The walk did not reach enough rows that pass: the promise is min(k, matches), so compare them all.
            into.Reset(capacity, view.Segment.Ids);
        }

        CertainScan.Run(query, view, matches, into, cancellation);
    }

    /// <summary>The live rows that a filter lets through, or null without a filter.</summary>
    public static BitSet? Matches(
        Evaluation? filter, SegmentView view, BitSetPool sets, CancellationToken cancellation)
    {
        if (filter is null)
        {
            return null;
        }

        var matches = FilterEvaluator.Evaluate(filter, view, sets, cancellation);
        view.RemoveDead(matches);
        return matches;
    }

    private static IOrdinalFilter? LiveFilter(SegmentView view) => view.HasDead ? view : null;

    private static bool IsInverted(SearchQuery query) => query.Options.Index.Kind == IndexKind.Ivf;

    /// <summary>
    /// Candidates the walk keeps, or lists the scan probes; null when only comparing all rows keeps the promise.
    /// </summary>
    private static int? Effort(SearchQuery query, SegmentView view)
    {
        var request = query.Request;
        if (request.Exact)
        {
            return null;
        }

        var index = query.Options.Index;
        var effort = request.TargetRecall is not { } target
            ? IsInverted(query) ? request.Probes ?? index.Ivf.Probes : request.EfSearch ?? index.EfSearch
            : view.Segment is SealedSegment { Meta: var meta }
                ? IndexCalibration.EffortFor(meta.Fields[query.Field].Calibration, target, query.Window)
                : null;
        return effort is { } walked && !IsInverted(query) ? Math.Max(walked, query.Window) : effort;
    }

    /// <summary>The rows of a set.</summary>
    private sealed class MatchFilter(BitSet matches, int count) : IOrdinalFilter
    {
        public int Estimate => count;

        public BitSet? Bitmap => matches;

        public bool Contains(Ordinal ordinal) => matches.Contains(ordinal.Value);
    }
}
