using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>is_empty: the opposite of exists.</summary>
internal sealed class IsEmptyEvaluation(string path) : Evaluation
{
    private readonly ExistsEvaluation _exists = new(path);

    public override void Validate(IReadOnlyDictionary<string, PayloadIndexType> indexes) => _exists.Validate(indexes);

    public override EvaluationCost CostOn(IPayloadView view) => _exists.CostOn(view);

    public override BitSet Evaluate(EvaluationContext context, BitSet candidates)
    {
        var empty = context.Copy(candidates);
        empty.AndNot(_exists.Evaluate(context, candidates));
        return empty;
    }
}
