using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>has_id: the row's id is one of these, found by the segment's id map.</summary>
internal sealed class HasIdEvaluation(IReadOnlyList<PointId> ids) : Evaluation
{
    public override void Validate(IReadOnlyDictionary<string, PayloadIndexType> indexes)
    {
        // Ids have no type that could be wrong.
    }

    public override EvaluationCost CostOn(IPayloadView view) => EvaluationCost.Indexed;

    public override BitSet Evaluate(EvaluationContext context, BitSet candidates)
    {
        var found = context.NewSet();
        foreach (var id in ids)
        {
            context.CountRow();
            context.View.AddRowsOf(id, found);
        }

        found.And(candidates);
        return found;
    }
}
