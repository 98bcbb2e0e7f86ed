using System.Text.Json;

namespace Vesper;

/// <summary>There is a value at the path that is neither null nor an empty array.</summary>
internal sealed record ExistsFilter : FieldFilter
{
    public ExistsFilter(string path)
        : base(path)
    {
    }

    protected override void WriteCondition(Utf8JsonWriter writer) => WriteKeyOnly(writer, "exists");
}
