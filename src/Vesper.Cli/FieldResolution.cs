namespace Vesper.Cli;

/// <summary>Finds the vector field that is meant.</summary>
internal static class FieldResolution
{
    /// <summary>The field of a name; "" or null means the default field, or the only one.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public static KeyValuePair<string, VectorFieldOptions> ResolveField(this CollectionOptions options, string? name)
    {
        if (options.Vectors.TryGetValue(name ?? "", out var field))
        {
            return KeyValuePair.Create(name ?? "", field);
        }

        return string.IsNullOrEmpty(name) && options.Vectors.Count == 1
            ? options.Vectors.Single()
            : throw new NotFoundException("vector field", name ?? "");
    }
}
