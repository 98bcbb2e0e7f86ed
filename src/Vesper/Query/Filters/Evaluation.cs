using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>
/// How dear it is to evaluate a condition on a view, in the order in which conditions of a group are taken.
/// </summary>
internal enum EvaluationCost
{
    /// <summary>Answered by indexes and id maps.</summary>
    Indexed = 0,

    /// <summary>Reads the payload of every row in question.</summary>
    Scan = 1,
}

/// <summary>One operator of a filter, ready to be evaluated. Immutable and thread-safe.</summary>
internal abstract class Evaluation
{
    /// <summary>Throws when an operand's type cannot occur in an index of its path.</summary>
    public abstract void Validate(IReadOnlyDictionary<string, PayloadIndexType> indexes);

    public abstract EvaluationCost CostOn(IPayloadView view);

    /// <summary>Those of the candidates that match, as a new set. The candidates are not changed.</summary>
    public abstract BitSet Evaluate(EvaluationContext context, BitSet candidates);
}
