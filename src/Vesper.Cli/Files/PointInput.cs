namespace Vesper.Cli.Files;

/// <summary>The files that an import reads.</summary>
/// <param name="VectorsPath">A vector file, or JSON lines of points.</param>
/// <param name="PayloadPath">JSON lines of payloads beside a vector file, or null.</param>
/// <param name="IdsPath">Ids beside a vector file, or null for row numbers.</param>
/// <param name="Field">The vector field that a vector file fills; "" for the only one.</param>
internal sealed record PointInput(string VectorsPath, string? PayloadPath, string? IdsPath, string Field)
{
    /// <summary>Opens them at the first row.</summary>
    /// <exception cref="SchemaException">The files do not go together.</exception>
    public IPointReader Open()
    {
        if (LineReader.ExtensionOf(VectorsPath) is not (".jsonl" or ".json" or ".ndjson"))
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
