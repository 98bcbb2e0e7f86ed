namespace Vesper.Segments;

/// <summary>What a vector must be, to be stored or asked for.</summary>
internal static class VectorRules
{
    /// <summary>
    /// Throws a typed error unless the vector fits: width, finite values, and a direction under cosine.
    /// </summary>
    public static void Check(string field, ReadOnlySpan<float> vector, VectorFieldOptions options)
    {
        if (Problem(vector, options) is { } problem)
        {
            throw new SchemaException(field, problem);
        }
    }

    /// <summary>What is wrong with a vector, as the end of a sentence that names it; null when it fits.</summary>
    public static string? Problem(ReadOnlySpan<float> vector, VectorFieldOptions options)
    {
        if (vector.Length != options.Dimensions)
        {
            return vector.Length == 0
                ? $"is empty; the field has {options.Dimensions} dimensions"
                : $"has {vector.Length} dimensions; the field has {options.Dimensions}";
        }

        var zero = true;
        for (var at = 0; at < vector.Length; at++)
        {
            if (!float.IsFinite(vector[at]))
            {
                return $"has value {at} of {vector[at]}; values must be finite";
            }

            zero &= vector[at] == 0;
        }

        return zero && options.Metric == Metric.Cosine ? "is zero; under cosine a vector needs a direction" : null;
    }
}
