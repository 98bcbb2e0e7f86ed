using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>Checks filters against a schema, and turns them into sets of rows.</summary>
/// <remarks>
/// A filter is compiled to a tree of <see cref="Evaluation"/>, one class per operator. Each takes the rows that are
/// still in
/// question and returns those of them that match, so that conditions which must be read from payload text come last and
/// see only the rows which the indexes left.
/// </remarks>
internal static class FilterEvaluator
{
    /// <summary>
    /// Compiles a filter; throws <see cref="SchemaException"/> or <see cref="LimitExceededException"/> when it cannot
    /// be meant.
    /// </summary>
    public static Evaluation Check(Filter filter, IReadOnlyDictionary<string, PayloadIndexType> indexes)
    {
        var compiled = Compile(filter);
        compiled.Validate(indexes);
        return compiled;
    }

    /// <summary>The rows of the view that match, as a new set of <see cref="IPayloadView.Count"/> bits.</summary>
    public static BitSet Evaluate(Filter filter, IPayloadView view, CancellationToken cancellation) =>
        Evaluate(Compile(filter), view, new BitSetPool(), cancellation);

    /// <summary>The same for a compiled filter, as a set of the pool's.</summary>
    public static BitSet Evaluate(
        Evaluation filter, IPayloadView view, BitSetPool sets, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var context = new EvaluationContext(view, sets, cancellation);
        var all = context.NewSet();
        all.Fill();
        return filter.Evaluate(context, all);
    }

    /// <summary>The evaluation of each operator.</summary>
    public static Evaluation Compile(Filter filter) => filter switch
    {
        ClauseFilter clauses => new ClauseEvaluation(clauses),
        MatchFilter match => new MatchEvaluation(match.Path, [match.Value]),
        MatchAnyFilter any => new MatchEvaluation(any.Path, any.Values),
        MatchExceptFilter except => new MatchExceptEvaluation(except.Path, except.Values),
        RangeFilter range => new RangeEvaluation(range.Path, range.Bounds),
        DateRangeFilter range => new DateRangeEvaluation(range.Path, range.Bounds),
        ExistsFilter exists => new ExistsEvaluation(exists.Path),
        IsEmptyFilter empty => new IsEmptyEvaluation(empty.Path),
        IsNullFilter isNull => new IsNullEvaluation(isNull.Path),
        HasIdFilter ids => new HasIdEvaluation(ids.Ids),
        _ => throw new InvalidOperationException($"No evaluation of {filter.GetType().Name}."),
    };
}
