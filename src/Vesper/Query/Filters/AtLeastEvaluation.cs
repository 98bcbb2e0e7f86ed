using System.Diagnostics;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>should (with 1) and min_should: at least so many of the conditions hold.</summary>
internal sealed class AtLeastEvaluation(IReadOnlyList<Filter> conditions, int minCount) : Evaluation
{
    private readonly Evaluation[] _parts = [.. conditions.Select(FilterEvaluator.Compile)];

    public override void Validate(IReadOnlyDictionary<string, PayloadIndexType> indexes)
    {
        foreach (var part in _parts)
        {
            part.Validate(indexes);
        }
    }

    public override EvaluationCost CostOn(IPayloadView view) =>
        _parts.Select(part => part.CostOn(view)).DefaultIfEmpty(EvaluationCost.Indexed).Max();

    public override BitSet Evaluate(EvaluationContext context, BitSet candidates)
    {
        if (minCount == 0)
        {
            return context.Copy(candidates);
        }

        var found = context.NewSet();
        if (minCount > _parts.Length)
        {
            return found;
        }

        var open = context.Copy(candidates);
        var counts = minCount == 1 ? null : new ushort[candidates.Length];
        var ordered = _parts.OrderBy(part => part.CostOn(context.View)).ToArray();
        for (var i = 0; i < ordered.Length && !EvaluationContext.IsEmpty(open); i++)
        {
            var matches = ordered[i].Evaluate(context, open);
            if (counts is not null)
            {
                Count(matches, counts);
                DropHopeless(open, counts, ordered.Length - 1 - i);
            }

            found.Or(matches);
            open.AndNot(matches);
        }

        return found;
    }

    // Leaves in the set the rows that have reached the count now.
    private void Count(BitSet matches, ushort[] counts)
    {
        Debug.Assert(_parts.Length <= Limits.FilterNodes, "a count fits 16 bits");
        for (var row = matches.Next(0); row >= 0; row = matches.Next(row + 1))
        {
            if (++counts[row] < minCount)
            {
                matches.Remove(row);
            }
        }
    }

    // Rows that cannot reach the count with the conditions left need not be looked at any more.
    private void DropHopeless(BitSet open, ushort[] counts, int conditionsLeft)
    {
        for (var row = open.Next(0); row >= 0; row = open.Next(row + 1))
        {
            if (counts[row] + conditionsLeft < minCount)
            {
                open.Remove(row);
            }
        }
    }
}
