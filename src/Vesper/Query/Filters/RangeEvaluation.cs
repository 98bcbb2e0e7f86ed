using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>range over numbers: a number at the path lies within the bounds.</summary>
internal sealed class RangeEvaluation(string path, RangeBounds<NumericValue> bounds) : FieldEvaluation(path)
{
    public override bool Visit(ref Utf8JsonReader value, bool isElement) =>
        value.TokenType == JsonTokenType.Number && bounds.Contains(NumericValue.Read(ref value));

    protected override void ValidateFor(PayloadIndexType type)
    {
        if (type is not (PayloadIndexType.Integer or PayloadIndexType.Float))
        {
            throw Mismatch(type, "a range of numbers");
        }
    }

    protected override void Lookup(IndexAnswer answer)
    {
        // Numbers that an index does not hold, like 1.5 in one of integers, may lie within.
        answer.Doubt(IndexedRows.Other);
        if (answer.Index.Type is PayloadIndexType.Integer or PayloadIndexType.Float)
        {
            answer.Index.AddKeys([IndexKeys.Range(answer.Index.Type, bounds)], answer.Sure);
        }
    }
}
