using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>match except: a value at the path is not null and equals none of the operands.</summary>
internal sealed class MatchExceptEvaluation(string path, IReadOnlyList<FilterValue> values) : FieldEvaluation(path)
{
    private readonly ValueSet _values = new(values);

    public override bool Visit(ref Utf8JsonReader value, bool isElement) =>
        value.TokenType != JsonTokenType.Null && !_values.Contains(ref value);

    protected override void ValidateFor(PayloadIndexType type)
    {
        if (_values.ForeignTo(type) is { } operand)
        {
            throw Mismatch(type, operand);
        }
    }

    protected override void Lookup(IndexAnswer answer)
    {
        answer.Doubt(IndexedRows.Other);
        switch (answer.Index.Type)
        {
            case PayloadIndexType.Keyword:
                answer.Index.AddTextExcept(_values.Texts, answer.Sure);
                break;
            case PayloadIndexType.Bool:
                LookupBools(answer);
                break;
            default:
                LookupKeys(answer);
                break;
        }
    }

    private void LookupBools(IndexAnswer answer)
    {
        if (!_values.HasTrue)
        {
            answer.Index.AddRows(IndexedRows.True, answer.Sure);
        }

        if (!_values.HasFalse)
        {
            answer.Index.AddRows(IndexedRows.False, answer.Sure);
        }
    }

    // A date-time at an operand's instant may still be written in another way.
    private void LookupKeys(IndexAnswer answer)
    {
        var keys = _values.KeysIn(answer.Index.Type);
        answer.Index.AddKeys(KeyRange.Gaps(keys), answer.Sure);
        if (answer.Index.Type == PayloadIndexType.DateTime)
        {
            answer.Index.AddKeys(KeyRange.Points(keys), answer.Doubt());
        }
    }
}
