using System.Text.Json;

namespace Vesper;

/// <summary>An RFC 3339 date-time at the path lies within the bounds, which are UTC ticks.</summary>
internal sealed record DateRangeFilter : FieldFilter
{
    public DateRangeFilter(string path, RangeBounds<long> bounds)
        : base(path) => Bounds = bounds.RequireOne(path);

    public RangeBounds<long> Bounds { get; }

    protected override void WriteCondition(Utf8JsonWriter writer)
    {
        writer.WriteString("key", Path);
        Bounds.WriteTo(writer, static (target, bound) => target.WriteStringValue(Rfc3339.Format(bound)));
    }
}
