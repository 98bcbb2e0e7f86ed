namespace Vesper;

/// <summary>
/// A condition on payload and id. Build it with the factories here, or read the JSON form with <see cref="Parse(string)"/>.
/// An array in a payload matches when any of its elements does; 1 equals 1.0; a value of another type does not match.
/// </summary>
public abstract partial record Filter
{
    private protected Filter()
    {
    }

    /// <summary>Reads the JSON form (docs/guide/filters.md).</summary>
    /// <exception cref="SchemaException">Malformed, or not a filter: names the place.</exception>
    /// <exception cref="LimitExceededException">More than 1,024 nodes, or deeper than 32.</exception>
    public static Filter Parse(string json) => throw new NotImplementedException(json);
}
