using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>A group: must, must_not, should and min_should, all of which hold.</summary>
internal sealed class ClauseEvaluation(ClauseFilter filter) : Evaluation
{
    private readonly Evaluation[] _must = [.. filter.Must.Select(FilterEvaluator.Compile)];
    private readonly Evaluation[] _mustNot = [.. filter.MustNot.Select(FilterEvaluator.Compile)];
    private readonly AtLeastEvaluation? _should = filter.Should.Count > 0
        ? new AtLeastEvaluation(filter.Should, 1)
        : null;
    private readonly AtLeastEvaluation? _minShould =
        filter.MinShould is { } conditions ? new AtLeastEvaluation(conditions, filter.MinCount) : null;

    private IEnumerable<Evaluation> Parts =>
        [.. _must, .. _mustNot, .. new Evaluation?[] { _should, _minShould }.OfType<Evaluation>()];

    public override void Validate(IReadOnlyDictionary<string, PayloadIndexType> indexes)
    {
        foreach (var part in Parts)
        {
            part.Validate(indexes);
        }
    }

    public override EvaluationCost CostOn(IPayloadView view) =>
        Parts.Select(part => part.CostOn(view)).DefaultIfEmpty(EvaluationCost.Indexed).Max();

    public override BitSet Evaluate(EvaluationContext context, BitSet candidates)
    {
        var left = context.Copy(candidates);
        foreach (var (part, excludes) in Ordered(context.View))
        {
            if (EvaluationContext.IsEmpty(left))
            {
                break;
            }

            var matches = part.Evaluate(context, left);
            if (excludes)
            {
                left.AndNot(matches);
            }
            else
            {
                left = matches;
            }
        }

        return left;
    }

    // Cheap parts first: each leaves fewer rows to the next. The sort is stable.
    private IEnumerable<(Evaluation Part, bool Excludes)> Ordered(IPayloadView view) =>
        Parts.Select(part => (Part: part, Excludes: Array.IndexOf(_mustNot, part) >= 0))
            .OrderBy(entry => entry.Part.CostOn(view));
}
