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

    // The gaps between the operands' keys. A date-time at an operand's instant may still be written in another way.
    private void LookupKeys(IndexAnswer answer)
    {
        var keys = new SortedSet<long>();
        if (answer.Index.Type == PayloadIndexType.DateTime)
        {
            foreach (var text in _values.Texts)
            {
                if (Rfc3339.TryParse(text, out var ticks) && keys.Add(ticks))
                {
                    answer.Index.AddKeys(ticks, ticks, answer.Doubt());
                }
            }
        }
        else
        {
            foreach (var number in _values.Numbers)
            {
                if (IndexKeys.TryKey(answer.Index.Type, number, out var key))
                {
                    keys.Add(key);
                }
            }
        }

        var from = long.MinValue;
        foreach (var key in keys)
        {
            if (key > from)
            {
                answer.Index.AddKeys(from, key - 1, answer.Sure);
            }

            if (key == long.MaxValue)
            {
                return;
            }

            from = key + 1;
        }

        answer.Index.AddKeys(from, long.MaxValue, answer.Sure);
    }
}
