using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>match value and match any: a value at the path equals one of the operands.</summary>
internal sealed class MatchEvaluation(string path, IReadOnlyList<FilterValue> values) : FieldEvaluation(path)
{
    private readonly ValueSet _values = new(values);

    public override bool Visit(ref Utf8JsonReader value, bool isElement) => _values.Contains(ref value);

    protected override void ValidateFor(PayloadIndexType type)
    {
        if (_values.ForeignTo(type) is { } operand)
        {
            throw Mismatch(type, operand);
        }
    }

    protected override void Lookup(IndexAnswer answer)
    {
        LookupTexts(answer);
        LookupNumbers(answer);
        LookupBools(answer);
    }

    private void LookupTexts(IndexAnswer answer)
    {
        foreach (var text in _values.Texts)
        {
            if (answer.Index.Type == PayloadIndexType.Keyword)
            {
                answer.Index.AddText(text, answer.Sure);
            }
            else if (answer.Index.Type == PayloadIndexType.DateTime && Rfc3339.TryParse(text, out var ticks))
            {
                // The same instant can be written in several ways, and strings are compared as they are written.
                answer.Index.AddKeys(ticks, ticks, answer.Doubt());
            }
            else
            {
                answer.Doubt(IndexedRows.Other);
            }
        }
    }

    private void LookupNumbers(IndexAnswer answer)
    {
        var isNumeric = answer.Index.Type is PayloadIndexType.Integer or PayloadIndexType.Float;
        foreach (var number in _values.Numbers)
        {
            if (isNumeric && IndexKeys.TryKey(answer.Index.Type, number, out var key))
            {
                answer.Index.AddKeys(key, key, answer.Sure);
            }
            else
            {
                answer.Doubt(IndexedRows.Other);
            }
        }
    }

    private void LookupBools(IndexAnswer answer)
    {
        if (answer.Index.Type != PayloadIndexType.Bool)
        {
            if (_values.HasTrue || _values.HasFalse)
            {
                answer.Doubt(IndexedRows.Other);
            }

            return;
        }

        if (_values.HasTrue)
        {
            answer.Index.AddRows(IndexedRows.True, answer.Sure);
        }

        if (_values.HasFalse)
        {
            answer.Index.AddRows(IndexedRows.False, answer.Sure);
        }
    }
}
