using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>What an index says of a condition: rows that match for sure, and rows that must be read to know.</summary>
internal sealed class IndexAnswer(IPayloadIndex index, EvaluationContext context)
{
    public IPayloadIndex Index => index;

    /// <summary>Rows that match.</summary>
    public BitSet Sure { get; } = context.NewSet();

    /// <summary>Rows that may match; null for none.</summary>
    public BitSet? Maybe { get; private set; }

    /// <summary>The set of rows that may match, to add to.</summary>
    public BitSet Doubt() => Maybe ??= context.NewSet();

    /// <summary>Rows of one of the index's row sets may match.</summary>
    public void Doubt(IndexedRows kind) => index.AddRows(kind, Doubt());
}
