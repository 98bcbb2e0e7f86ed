using System.Text.Json;

namespace Vesper;

/// <summary>The path is missing, or there is nothing at it but null and empty arrays.</summary>
internal sealed record IsEmptyFilter : FieldFilter
{
    public IsEmptyFilter(string path)
        : base(path)
    {
    }

    protected override void WriteCondition(Utf8JsonWriter writer) => WriteKeyOnly(writer, "is_empty");
}
