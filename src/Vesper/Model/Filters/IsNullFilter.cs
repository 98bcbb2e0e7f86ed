using System.Text.Json;

namespace Vesper;

/// <summary>A value at the path is null.</summary>
internal sealed record IsNullFilter : FieldFilter
{
    public IsNullFilter(string path)
        : base(path)
    {
    }

    protected override void WriteCondition(Utf8JsonWriter writer) => WriteKeyOnly(writer, "is_null");
}
