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
        var index = answer.Index;
        if (_values.ForeignTo(index.Type) is not null || !_values.AreHeldBy(index.Type))
        {
            answer.Doubt(IndexedRows.Other);
        }

        switch (index.Type)
        {
            case PayloadIndexType.Keyword:
                LookupTexts(answer);
                break;
            case PayloadIndexType.Bool:
                LookupBools(answer);
                break;
            default:
                // The same instant can be written in several ways, and strings are compared as they are written.
                var isSure = index.Type != PayloadIndexType.DateTime;
                index.AddKeys(KeyRange.Points(_values.KeysIn(index.Type)), isSure ? answer.Sure : answer.Doubt());
                break;
        }
    }

    private void LookupTexts(IndexAnswer answer)
    {
        foreach (var text in _values.Texts)
        {
            answer.Index.AddText(text, answer.Sure);
        }
    }

    private void LookupBools(IndexAnswer answer)
    {
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
