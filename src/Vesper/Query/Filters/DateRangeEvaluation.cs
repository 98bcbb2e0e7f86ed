using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>range over date-times: an RFC 3339 string at the path lies within the bounds, in UTC ticks.</summary>
internal sealed class DateRangeEvaluation(string path, RangeBounds<long> bounds) : FieldEvaluation(path)
{
    public override bool Visit(ref Utf8JsonReader value, bool isElement) =>
        value.TokenType == JsonTokenType.String
        && Rfc3339.TryParse(PayloadWalker.TextOf(ref value), out var ticks)
        && bounds.Contains(ticks);

    protected override void ValidateFor(PayloadIndexType type)
    {
        if (type != PayloadIndexType.DateTime)
        {
            throw Mismatch(type, "a range of date-times");
        }
    }

    protected override void Lookup(IndexAnswer answer)
    {
        switch (answer.Index.Type)
        {
            case PayloadIndexType.DateTime:
                answer.Index.AddKeys([IndexKeys.Range(bounds)], answer.Sure);
                break;
            case PayloadIndexType.Keyword:
                answer.Doubt(IndexedRows.Filled);
                break;
            default:
                answer.Doubt(IndexedRows.Other);
                break;
        }
    }
}
