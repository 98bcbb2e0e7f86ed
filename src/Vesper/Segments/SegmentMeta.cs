using System.Text.Json;
using System.Text.Json.Serialization;
using Vesper.Payloads;
using Vesper.Storage.Formats;

namespace Vesper.Segments;

/// <summary>What a segment file says of itself: the JSON of its meta section (docs/formats/segment.md).</summary>
internal sealed record SegmentMeta
{
    public required Guid Id { get; init; }

    public required int Rows { get; init; }

    public required IReadOnlyList<SegmentFieldMeta> Fields { get; init; }

    public required IReadOnlyList<PayloadIndexField> PayloadIndexes { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SegmentJson.Default.SegmentMeta);

    /// <summary>Reads and checks the meta section.</summary>
    public static SegmentMeta Read(SectionFileReader file, MemoryScope scope)
    {
        using var section = file.Section(SegmentSections.Meta, scope);
        if (section.Length is 0 or > 1 << 20)
        {
            throw section.Corrupt(0, "a meta section of 1 byte to 1 MiB", $"{section.Length} bytes");
        }

        try
        {
            var meta = JsonSerializer.Deserialize(
                section.Slice(0, (int)section.Length), SegmentJson.Default.SegmentMeta);
            return meta is { Rows: >= 0, Fields: not null, PayloadIndexes: not null }
                ? meta
                : throw section.Corrupt(0, "rows ≥ 0, fields and payload indexes", "something else");
        }
        catch (JsonException error)
        {
            throw section.Corrupt(0, "valid JSON", error.Message);
        }
    }
}

/// <summary>One vector field of a segment file.</summary>
/// <param name="Name">The field.</param>
/// <param name="Dimensions">Its width.</param>
/// <param name="Metric">Its metric.</param>
/// <param name="GraphRows">Rows that the graph section holds, from the first on; 0 for no graph.</param>
/// <param name="Calibration">Measured recall of the index by effort; empty when it was not measured.</param>
internal sealed record SegmentFieldMeta(
    string Name, int Dimensions, Metric Metric, int GraphRows, IReadOnlyList<EffortRecall> Calibration)
{
    /// <summary>Rows that the inverted file's section holds: all or none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int InvertedRows { get; init; }

    /// <summary>Rows that either index holds.</summary>
    [JsonIgnore]
    public int IndexedRows => Math.Max(GraphRows, InvertedRows);
}

/// <summary>Recall@k that a search of this effort reached on a sample.</summary>
internal readonly record struct EffortRecall(int K, int Effort, double Recall);

/// <summary>Section keys of a segment file that belong to no narrower owner.</summary>
internal static class SegmentSections
{
    public const ushort Version = 1;

    public static SectionKey Meta => new(1);

    public static SectionKey Vectors(int field) => new(8, (ushort)field);

    public static SectionKey Graph(int field) => new(12, (ushort)field);

    public static SectionKey Inverted(int field) => new(13, (ushort)field);

    public static SectionKey PayloadIndex(int index) => new(PayloadSections.PayloadIndex, (ushort)index);
}

[JsonSerializable(typeof(SegmentMeta))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SegmentJson : JsonSerializerContext;
