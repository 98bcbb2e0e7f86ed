using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>
/// exists: something at the path is neither null nor an empty array. An array that holds a null is not empty.
/// </summary>
internal sealed class ExistsEvaluation(string path) : FieldEvaluation(path)
{
    public override bool Visit(ref Utf8JsonReader value, bool isElement) =>
        isElement || value.TokenType != JsonTokenType.Null;

    protected override void ValidateFor(PayloadIndexType type)
    {
        // Every type of index knows its filled rows.
    }

    protected override void Lookup(IndexAnswer answer) => answer.Index.AddRows(IndexedRows.Filled, answer.Sure);
}
