namespace Vesper.Cli;

/// <summary>Finds the vector field that is meant.</summary>
internal static class FieldResolution
{
    /// <summary>The field of a name; "" or null means the default field, or the only one. Null when there is
    /// none.</summary>
    public static KeyValuePair<string, VectorFieldOptions>? FindField(this CollectionOptions options, string? name)
    {
        if (options.Vectors.TryGetValue(name ?? "", out var field))
        {
            return KeyValuePair.Create(name ?? "", field);
        }

        return string.IsNullOrEmpty(name) && options.Vectors.Count == 1 ? options.Vectors.Single() : null;
    }

    /// <summary>The same for a name of the command line.</summary>
    /// <exception cref="NotFoundException">There is none of that name.</exception>
    /// <exception cref="SchemaException">None was named and there are several.</exception>
    public static KeyValuePair<string, VectorFieldOptions> ResolveField(this CollectionOptions options, string? name) =>
        options.FindField(name) ?? throw (string.IsNullOrEmpty(name)
            ? new SchemaException("--field", $"must name one of the vector fields: {Names(options)}")
            : new NotFoundException("vector field", name));

    /// <summary>What is wrong with a name that <see cref="FindField"/> does not find in an input.</summary>
    public static string DescribeMissing(this CollectionOptions options, string name) => name.Length == 0
        ? $"has one vector, and the collection several fields: {Names(options)}"
        : $"there is no vector field '{name}'; the collection has: {Names(options)}";

    private static string Names(CollectionOptions options) =>
        string.Join(", ", options.Vectors.Keys.Select(name => name.Length == 0 ? "\"\" (the default)" : name));
}
