using System.Text.Json;

namespace Vesper;

/// <summary>A condition that compares with a list of values.</summary>
internal abstract record ValueSetFilter : FieldFilter
{
    protected ValueSetFilter(string path, IEnumerable<FilterValue> values)
        : base(path)
    {
        Values = new ValueList<FilterValue>(values);
        LimitExceededException.ThrowIfAbove("filter values", Values.Count, Limits.FilterValues, "values");
    }

    public ValueList<FilterValue> Values { get; }

    /// <summary>Name of the list in the JSON form.</summary>
    protected abstract string ListName { get; }

    protected sealed override void WriteCondition(Utf8JsonWriter writer)
    {
        writer.WriteString("key", Path);
        writer.WriteStartObject("match");
        writer.WriteStartArray(ListName);
        foreach (var value in Values)
        {
            value.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
