using Vesper.Query.Filters;
using Vesper.Segments;

namespace Vesper.Query.Execution;

/// <summary>A search request that has been checked against the collection.</summary>
internal sealed class SearchQuery
{
    private SearchQuery(SearchRequest request, int field, VectorFieldOptions options, Evaluation? filter)
    {
        Request = request;
        Field = field;
        Options = options;
        Filter = filter;
    }

    public SearchRequest Request { get; }

    public int Field { get; }

    public VectorFieldOptions Options { get; }

    /// <summary>The filter, ready for every segment; null for none.</summary>
    public Evaluation? Filter { get; }

    /// <summary>Best results to find: those passed over and those returned.</summary>
    public int Window => Request.Offset + Request.Limit;

    /// <summary>Checks every part of a request.</summary>
    /// <exception cref="SchemaException">Something does not fit the collection.</exception>
    /// <exception cref="NotFoundException">No such vector field.</exception>
    /// <exception cref="LimitExceededException">The window or the filter is too large.</exception>
    public static SearchQuery Check(SearchRequest request, SegmentSchema schema)
    {
        ArgumentNullException.ThrowIfNull(request);
        var field = schema.FieldIndex(request.Field);
        var options = schema.Fields[field].Options;
        VectorRules.Check("vector", request.Vector.Span, options);
        Require(request.Limit >= 1, "limit", $"must be 1 to {Limits.SearchWindow}, not {request.Limit}");
        Require(request.Offset >= 0, "offset", $"must be at least 0, not {request.Offset}");
        LimitExceededException.ThrowIfAbove(
            "offset + limit", (long)request.Offset + request.Limit, Limits.SearchWindow, "results");
        Require(
            request.EfSearch is null or >= 1,
            "efSearch",
            $"must be 1 to {Limits.SearchWindow}, not {request.EfSearch}");
        LimitExceededException.ThrowIfAbove("efSearch", request.EfSearch ?? 0, Limits.SearchWindow, "candidates");
        Require(
            request.TargetRecall is null or (> 0 and < 1),
            "targetRecall",
            "must be above 0 and below 1; ask for exact instead of 1");
        Require(
            request.Probes is null or >= 1, "probes", $"must be 1 to {Limits.SearchWindow}, not {request.Probes}");
        LimitExceededException.ThrowIfAbove("probes", request.Probes ?? 0, Limits.SearchWindow, "lists");
        Require(
            request.TargetRecall is null || (request.EfSearch is null && request.Probes is null),
            "targetRecall",
            "cannot stand beside efSearch or probes");
        Require(
            request.ScoreThreshold is not { } threshold || !float.IsNaN(threshold),
            "scoreThreshold",
            "must be a number");
        var filter = request.Filter is null
            ? null
            : FilterEvaluator.Check(
                request.Filter, schema.PayloadIndexes.ToDictionary(index => index.Path, index => index.Type));
        return new SearchQuery(request, field, options, filter);
    }

    private static void Require(bool condition, string field, string problem)
    {
        if (!condition)
        {
            throw new SchemaException(field, problem);
        }
    }
}
