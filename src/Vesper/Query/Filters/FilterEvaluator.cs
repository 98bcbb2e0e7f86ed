using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>Checks filters against a schema, and turns them into sets of rows.</summary>
internal static class FilterEvaluator
{
    /// <summary>Throws <see cref="SchemaException"/> or <see cref="LimitExceededException"/> when the filter cannot be meant.</summary>
    public static void Validate(Filter filter, IReadOnlyDictionary<string, PayloadIndexType> indexes) => throw new NotImplementedException();

    /// <summary>The rows of the view that match, as a new set of <see cref="IPayloadView.Count"/> bits.</summary>
    public static BitSet Evaluate(Filter filter, IPayloadView view, CancellationToken cancellation) => throw new NotImplementedException();
}
