using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>A condition that holds when any value at a path passes a test.</summary>
internal abstract class FieldEvaluation(string path) : Evaluation, IPayloadVisitor
{
    private readonly byte[][] _keys = PayloadWalker.KeysOf(path);

    protected string Path => path;

    public sealed override void Validate(IReadOnlyDictionary<string, PayloadIndexType> indexes)
    {
        if (indexes.TryGetValue(path, out var type))
        {
            ValidateFor(type);
        }
    }

    public sealed override EvaluationCost CostOn(IPayloadView view) =>
        view.IndexOf(path) is null ? EvaluationCost.Scan : EvaluationCost.Indexed;

    public sealed override BitSet Evaluate(EvaluationContext context, BitSet candidates)
    {
        if (context.View.IndexOf(path) is not { } index)
        {
            var found = context.NewSet();
            Scan(context, candidates, found);
            return found;
        }

        var answer = new IndexAnswer(index, context);
        Lookup(answer);
        var matches = answer.Sure;
        if (context.View.Overlaid is { } overlaid)
        {
            matches.AndNot(overlaid);
            answer.Doubt().Or(overlaid);
        }

        matches.And(candidates);
        if (answer.Maybe is { } maybe)
        {
            maybe.And(candidates);
            maybe.AndNot(matches);
            Scan(context, maybe, matches);
        }

        return matches;
    }

    /// <summary>The test of one value.</summary>
    public abstract bool Visit(ref Utf8JsonReader value, bool isElement);

    /// <summary>Throws <see cref="SchemaException"/> when an index of the type rules the operand out.</summary>
    protected abstract void ValidateFor(PayloadIndexType type);

    /// <summary>Answers from an index, whatever its type, exactly.</summary>
    protected abstract void Lookup(IndexAnswer answer);

    protected SchemaException Mismatch(PayloadIndexType type, string operand) =>
        new(path, $"is indexed as {type.ToString().ToLowerInvariant()}; the filter compares it with {operand}");

    private void Scan(EvaluationContext context, BitSet rows, BitSet into)
    {
        var test = this;
        for (var row = rows.Next(0); row >= 0; row = rows.Next(row + 1))
        {
            context.CountRow();
            if (PayloadWalker.Walk(context.View.PayloadOf(new Ordinal(row)), _keys, ref test))
            {
                into.Add(row);
            }
        }
    }
}
