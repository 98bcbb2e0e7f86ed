using Vesper.Query.Filters;
using Vesper.Segments;

namespace Vesper.Query.Execution;

/// <summary>Reads points of one version by id, in id order, or by count.</summary>
internal static class PointReader
{
    /// <summary>Most points of one page.</summary>
    public const int MaxPage = 100_000;

    public static IReadOnlyList<PointRecord> Get(
        SegmentSet set, IReadOnlyList<PointId> ids, bool withVectors, bool withPayload)
    {
        ArgumentNullException.ThrowIfNull(ids);
        LimitExceededException.ThrowIfAbove("ids", ids.Count, Limits.BatchPoints, "ids");
        var points = new List<PointRecord>(ids.Count);
        foreach (var id in ids)
        {
            if (TryFind(set, id, out var view, out var row))
            {
                points.Add(Read(view, row, withVectors, withPayload));
            }
        }

        return points;
    }

    /// <summary>The live row of an id.</summary>
    public static bool TryFind(SegmentSet set, PointId id, out SegmentView view, out Ordinal row)
    {
        foreach (var candidate in set.Views)
        {
            if (candidate.TryFind(id, out row))
            {
                view = candidate;
                return true;
            }
        }

        view = set.Views[0];
        row = default;
        return false;
    }

    public static ScrollPage Scroll(SegmentSet set, ScrollRequest request, CancellationToken cancellation)
    {
        if (request.Limit < 1)
        {
            throw new SchemaException("limit", $"must be 1 to {MaxPage}, not {request.Limit}");
        }

        LimitExceededException.ThrowIfAbove("limit", request.Limit, MaxPage, "points");

        var points = new List<PointRecord>(Math.Min(request.Limit, 1024));
        foreach (var (view, row, id) in InIdOrder(set, request, cancellation))
        {
            if (points.Count == request.Limit)
            {
                return new ScrollPage(points, id);
            }

            points.Add(Read(view, row, request.WithVectors, request.WithPayload));
        }

        return new ScrollPage(points, null);
    }

    public static long Count(SegmentSet set, Filter? filter, CancellationToken cancellation)
    {
        if (filter is null)
        {
            return set.LivePoints;
        }

        long count = 0;
        var compiled = FilterEvaluator.Compile(filter);
        var sets = new BitSetPool();
        foreach (var view in set.Views)
        {
            count += SegmentSearcher.Matches(compiled, view, sets, cancellation)!.Count();
            sets.ReturnAll();
        }

        return count;
    }

    /// <summary>The ids of all live points that match.</summary>
    public static List<PointId> Matching(SegmentSet set, Filter filter, CancellationToken cancellation)
    {
        var ids = new List<PointId>();
        var compiled = FilterEvaluator.Compile(filter);
        var sets = new BitSetPool();
        foreach (var view in set.Views)
        {
            var matches = SegmentSearcher.Matches(compiled, view, sets, cancellation)!;
            for (var row = matches.Next(0); row >= 0; row = matches.Next(row + 1))
            {
                ids.Add(view.Segment.Ids[new Ordinal(row)]);
            }

            sets.ReturnAll();
        }

        return ids;
    }

    public static Payload Payload(SegmentView view, Ordinal row) =>
        Vesper.Payload.Trusted(view.PayloadOf(row).ToArray());

    public static IReadOnlyDictionary<string, float[]> Vectors(SegmentView view, Ordinal row)
    {
        var fields = view.Segment.Schema.Fields;
        var vectors = new Dictionary<string, float[]>(fields.Count, StringComparer.Ordinal);
        for (var field = 0; field < fields.Count; field++)
        {
            var vector = new float[fields[field].Options.Dimensions];
            view.Segment.Vectors(field).Read(row, vector);
            vectors.Add(fields[field].Name, vector);
        }

        return vectors;
    }

    private static PointRecord Read(SegmentView view, Ordinal row, bool withVectors, bool withPayload) => new(
        view.Segment.Ids[row],
        withVectors ? Vectors(view, row) : null,
        withPayload ? Payload(view, row) : null);

    /// <summary>Merges the segments' live, matching rows by id.</summary>
    public static IEnumerable<(SegmentView View, Ordinal Row, PointId Id)> InIdOrder(
        SegmentSet set, ScrollRequest request, CancellationToken cancellation)
    {
        var heads = new PriorityQueue<(SegmentView View, IEnumerator<Ordinal> Rows), PointId>();
        var compiled = request.Filter is null ? null : FilterEvaluator.Compile(request.Filter);
        foreach (var view in set.Views)
        {
            var matches = SegmentSearcher.Matches(compiled, view, new BitSetPool(), cancellation);
            var rows = view.InIdOrder(request.From)
                .Where(row => matches is null || matches.Contains(row.Value)).GetEnumerator();
            if (rows.MoveNext())
            {
                heads.Enqueue((view, rows), view.Segment.Ids[rows.Current]);
            }
        }

        while (heads.TryDequeue(out var head, out var id))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return (head.View, head.Rows.Current, id);
            if (head.Rows.MoveNext())
            {
                heads.Enqueue(head, head.View.Segment.Ids[head.Rows.Current]);
            }
        }
    }
}
