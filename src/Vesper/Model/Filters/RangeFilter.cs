using System.Text.Json;

namespace Vesper;

/// <summary>A number at the path lies within the bounds.</summary>
internal sealed record RangeFilter : FieldFilter
{
    public RangeFilter(string path, RangeBounds<NumericValue> bounds)
        : base(path) => Bounds = bounds.RequireOne(path);

    public RangeBounds<NumericValue> Bounds { get; }

    protected override void WriteCondition(Utf8JsonWriter writer)
    {
        writer.WriteString("key", Path);
        Bounds.WriteTo(writer, static (target, bound) => bound.WriteTo(target));
    }
}
