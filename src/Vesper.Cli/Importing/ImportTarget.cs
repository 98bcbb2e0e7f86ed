using Vesper.Cli.Files;

namespace Vesper.Cli.Importing;

/// <summary>
/// What an import writes: whole points, or, where a collection has several vector fields and the input fills one of
/// them, that field of points that exist.
/// </summary>
internal sealed class ImportTarget
{
    private ImportTarget(Collection collection, string? replaced)
    {
        Collection = collection;
        Options = collection.Options;
        Replaced = replaced;
    }

    /// <summary>The collection.</summary>
    public Collection Collection { get; }

    /// <summary>How it was made.</summary>
    public CollectionOptions Options { get; }

    /// <summary>The field whose vectors are replaced, or null for whole points.</summary>
    public string? Replaced { get; }

    /// <summary>Bytes of a point's vectors as they are logged.</summary>
    public long VectorBytes => Options.Vectors.Values.Sum(vector => (long)vector.Dimensions * sizeof(float));

    /// <summary>Decides by the input and the field that was named.</summary>
    /// <exception cref="NotFoundException">There is no such field.</exception>
    /// <exception cref="SchemaException">None was named where one must be, or payloads come with one field.</exception>
    public static ImportTarget Of(Collection collection, PointInput input)
    {
        var options = collection.Options;
        if (input.IsJsonLines && input.Field.Length == 0)
        {
            return new ImportTarget(collection, null);
        }

        var field = options.ResolveField(input.Field).Key;
        if (options.Vectors.Count == 1)
        {
            return new ImportTarget(collection, null);
        }

        return input.PayloadPath is null
            ? new ImportTarget(collection, field)
            : throw new SchemaException(
                "--payload", $"not where the vectors of one field ('{field}') of points that exist are replaced");
    }

    /// <summary>Writes a batch.</summary>
    public async Task<WriteResult> WriteAsync(IReadOnlyList<Point> batch, WriteOptions write) =>
        // Not cancelled: a batch that was sent is awaited, so that its outcome is known.
        Replaced is null
            ? await Collection.UpsertAsync(batch, write, CancellationToken.None)
            : await Collection.UpdateVectorsAsync(batch, write, CancellationToken.None);
}
