using System.Text.Json;

namespace Vesper;

/// <summary>A value at the path equals one value.</summary>
internal sealed record MatchFilter : FieldFilter
{
    public MatchFilter(string path, FilterValue value)
        : base(path) => Value = value;

    public FilterValue Value { get; }

    protected override void WriteCondition(Utf8JsonWriter writer)
    {
        writer.WriteString("key", Path);
        writer.WriteStartObject("match");
        writer.WritePropertyName("value");
        Value.WriteTo(writer);
        writer.WriteEndObject();
    }
}
