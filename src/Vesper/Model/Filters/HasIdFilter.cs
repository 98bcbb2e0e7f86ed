using System.Text.Json;

namespace Vesper;

/// <summary>The point's id is one of these.</summary>
internal sealed record HasIdFilter : Filter
{
    public HasIdFilter(IReadOnlyList<PointId> ids)
        : base(1, 1)
    {
        ArgumentNullException.ThrowIfNull(ids);
        LimitExceededException.ThrowIfAbove("has_id", ids.Count, Limits.FilterValues, "ids");
        Ids = new ValueList<PointId>(ids);
    }

    public ValueList<PointId> Ids { get; }

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("has_id");
        foreach (var id in Ids)
        {
            if (id.Kind == PointIdKind.Number)
            {
                writer.WriteNumberValue(id.Number);
            }
            else
            {
                writer.WriteStringValue(id.ToString());
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
