using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vesper.Engine;

/// <summary>
/// The root of a collection: its schema, its live files and the point in the log they reach (docs/formats/manifest.md).
/// </summary>
internal sealed record CollectionManifest
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required ulong CheckpointLsn { get; init; }

    public required long FirstLogSegment { get; init; }

    public required IReadOnlyList<ManifestField> Fields { get; init; }

    public required IReadOnlyDictionary<string, PayloadIndexType> PayloadIndexes { get; init; }

    public required string Durability { get; init; }

    public required int SegmentMaxRows { get; init; }

    public required long SegmentMaxBytes { get; init; }

    /// <summary>Segment files, in order of age.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    public string? Tombstones { get; init; }

    public string? Overlay { get; init; }

    public static CollectionManifest Of(Guid id, string name, CollectionOptions options) => new()
    {
        Id = id,
        Name = name,
        CheckpointLsn = 0,
        FirstLogSegment = 0,
        Fields = [.. options.Vectors.Select(pair => ManifestField.Of(pair.Key, pair.Value))],
        PayloadIndexes = options.PayloadIndexes,
        Durability = DurabilityText.Format(options.Durability),
        SegmentMaxRows = options.Segments.MaxRows,
        SegmentMaxBytes = options.Segments.MaxBytes,
    };

    public CollectionOptions ToOptions()
    {
        var options = new CollectionOptions
        {
            Durability = DurabilityText.Parse(Durability),
            Segments = new SegmentOptions { MaxRows = SegmentMaxRows, MaxBytes = SegmentMaxBytes },
        };
        foreach (var field in Fields)
        {
            options.Vectors.Add(field.Name, field.ToOptions());
        }

        foreach (var (path, type) in PayloadIndexes)
        {
            options.PayloadIndexes.Add(path, type);
        }

        options.Validate();
        return options;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EngineJson.Default.CollectionManifest);

    private void RequireComplete()
    {
        // The serializer lets null through where the type does not.
        if (Name is null || Durability is null || PayloadIndexes is null || FirstLogSegment < 0
            || Fields?.All(field => field?.Name is not null) != true || Segments?.All(name => name is not null) != true)
        {
            throw new JsonException("a part is missing");
        }
    }

    /// <summary>Reads and checks a manifest's body; problems name the file.</summary>
    public static CollectionManifest Read(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, EngineJson.Default.CollectionManifest)
                ?? throw new JsonException("null");
            manifest.RequireComplete();
            manifest.ToOptions();
            return manifest;
        }
        catch (Exception error) when (error is JsonException or VesperException or ArgumentException)
        {
            throw new CorruptDataException(file, 0, "a collection's manifest", error.Message);
        }
    }
}

/// <summary>One vector field in a manifest.</summary>
internal sealed record ManifestField(
    string Name, int Dimensions, Metric Metric, IndexKind Index, int M, int EfConstruction, int EfSearch)
{
    /// <summary>Written where the index is an inverted file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IvfOptions? Ivf { get; init; }

    public static ManifestField Of(string name, VectorFieldOptions field) => new(
        name,
        field.Dimensions,
        field.Metric,
        field.Index.Kind,
        field.Index.M,
        field.Index.EfConstruction,
        field.Index.EfSearch)
    {
        Ivf = field.Index.Kind == IndexKind.Ivf ? field.Index.Ivf : null,
    };

    public VectorFieldOptions ToOptions() => new(Dimensions, Metric)
    {
        Index = new IndexOptions
        {
            Kind = Index,
            M = M,
            EfConstruction = EfConstruction,
            EfSearch = EfSearch,
            Ivf = Ivf ?? new IvfOptions(),
        },
    };
}

/// <summary>The text of a durability level: "sync", "interval:MS" or "none".</summary>
internal static class DurabilityText
{
    public static string Format(Durability durability) => durability.Level switch
    {
        DurabilityLevel.Sync => "sync",
        DurabilityLevel.Interval => string.Create(CultureInfo.InvariantCulture, $"interval:{durability.IntervalMs}"),
        _ => "none",
    };

    public static Durability Parse(string text) => text switch
    {
        "sync" => Durability.Sync,
        "none" => Durability.None,
        _ when text.StartsWith("interval:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) =>
            Durability.Interval(milliseconds),
        _ => throw new SchemaException("durability", $"'{text}' is not sync, interval:MS or none"),
    };
}

[JsonSerializable(typeof(CollectionManifest))]
[JsonSerializable(typeof(CatalogBody))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
internal sealed partial class EngineJson : JsonSerializerContext;
