namespace Vesper.Segments;

/// <summary>
/// What every row of a collection has, in the order that files use: vector fields by name, payload indexes by path.
/// </summary>
/// <remarks>Immutable. Fields never change; payload indexes do, by a new schema.</remarks>
internal sealed class SegmentSchema
{
    public SegmentSchema(CollectionOptions options)
    {
        Fields = [.. options.Vectors.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new VectorField(pair.Key, pair.Value))];
        PayloadIndexes = [.. options.PayloadIndexes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new PayloadIndexField(pair.Key, pair.Value))];
        FloatsPerRow = Fields.Sum(field => (long)field.Options.Dimensions);
    }

    public IReadOnlyList<VectorField> Fields { get; }

    public IReadOnlyList<PayloadIndexField> PayloadIndexes { get; }

    /// <summary>Dimensions of all fields together.</summary>
    public long FloatsPerRow { get; }

    /// <summary>Position of the field that a request means: by name, or the only one, or the one named "".</summary>
    /// <exception cref="NotFoundException">No such field.</exception>
    /// <exception cref="SchemaException">No name was given, and there are several fields.</exception>
    public int FieldIndex(string? name)
    {
        for (var field = 0; field < Fields.Count; field++)
        {
            if (Fields[field].Name == (name ?? ""))
            {
                return field;
            }
        }

        if (!string.IsNullOrEmpty(name))
        {
            throw new NotFoundException("vector field", name);
        }

        return Fields.Count == 1
            ? 0
            : throw new SchemaException(
                "field", $"must be named; the collection has {string.Join(", ", Fields.Select(field => field.Name))}");
    }
}

/// <summary>A vector field and its name.</summary>
internal sealed record VectorField(string Name, VectorFieldOptions Options)
{
    /// <summary>What a segment of so many rows should have over this field: flat means nothing.</summary>
    public IndexKind IndexFor(int rows) => Options.Index.Kind switch
    {
        IndexKind.Hnsw when rows > 0 => IndexKind.Hnsw,
        IndexKind.Ivf when rows >= IndexOptions.InvertedFromRows => IndexKind.Ivf,
        IndexKind.Auto when rows >= IndexOptions.GraphFromRows => IndexKind.Hnsw,
        _ => IndexKind.Flat,
    };
}

/// <summary>A payload index: its path and type.</summary>
internal sealed record PayloadIndexField(string Path, PayloadIndexType Type);
