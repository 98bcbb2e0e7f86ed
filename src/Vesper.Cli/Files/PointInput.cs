namespace Vesper.Cli.Files;

/// <summary>The files that an import reads.</summary>
/// <param name="VectorsPath">A vector file, or JSON lines of points.</param>
/// <param name="PayloadPath">JSON lines of payloads beside a vector file, or null.</param>
/// <param name="IdsPath">Ids beside a vector file, or null for row numbers.</param>
/// <param name="Field">The vector field that a vector file fills; "" when none was named.</param>
internal sealed record PointInput(string VectorsPath, string? PayloadPath, string? IdsPath, string Field)
{
    /// <summary>Whether the points are JSON lines, each with its own id, vectors and payload.</summary>
    public bool IsJsonLines => LineReader.ExtensionOf(VectorsPath) is ".jsonl" or ".json" or ".ndjson";

    /// <summary>Opens them at the first row.</summary>
    /// <exception cref="SchemaException">The files do not go together.</exception>
    public IPointReader Open()
    {
        if (!IsJsonLines)
        {
            return new RowPointReader(this);
        }

        if (PayloadPath is not null || IdsPath is not null)
        {
            throw new SchemaException(
                PayloadPath is null ? "--ids" : "--payload",
                "not beside JSON lines, which carry ids and payloads themselves");
        }

        return new JsonPointReader(VectorsPath, Field);
    }
}
