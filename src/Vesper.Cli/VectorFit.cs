namespace Vesper.Cli;

/// <summary>Whether a vector can be stored in a field, or asked for there.</summary>
internal static class VectorFit
{
    /// <summary>Throws unless the vector has the field's width, finite values, and a direction under cosine.</summary>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="name">The field's name; may be empty.</param>
    /// <param name="field">The field.</param>
    /// <exception cref="SchemaException">It does not fit.</exception>
    public static void Require(string place, ReadOnlySpan<float> vector, string name, VectorFieldOptions field)
    {
        if (vector.Length != field.Dimensions)
        {
            var wanted = name.Length == 0 ? "the collection" : $"the field '{name}'";
            throw new SchemaException(
                place, $"the vector has {vector.Length} dimensions; {wanted} has {field.Dimensions}");
        }

        var any = false;
        for (var i = 0; i < vector.Length; i++)
        {
            if (!float.IsFinite(vector[i]))
            {
                throw new SchemaException(place, $"component {i} of the vector is {vector[i]}; all must be finite");
            }

            any |= vector[i] != 0;
        }

        if (!any && field.Metric == Metric.Cosine)
        {
            throw new SchemaException(place, "the vector is zero, which has no direction under cosine");
        }
    }
}
