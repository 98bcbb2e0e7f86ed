using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>is_null: a value at the path, or an element of an array there, is null.</summary>
internal sealed class IsNullEvaluation(string path) : FieldEvaluation(path)
{
    public override bool Visit(ref Utf8JsonReader value, bool isElement) => value.TokenType == JsonTokenType.Null;

    protected override void ValidateFor(PayloadIndexType type)
    {
        // Every type of index knows its null rows.
    }

    protected override void Lookup(IndexAnswer answer) => answer.Index.AddRows(IndexedRows.Null, answer.Sure);
}
