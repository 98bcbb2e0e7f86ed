namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>The factors of a row, in their order in codes and blocks. 1-bit codes have the first two.</summary>
internal static class RaBitQFactor
{
    /// <summary>Of the signs alone: grid values × this estimate the row.</summary>
    public const int FirstRescale = 0;

    /// <summary>Standard deviation of the error of the signs' estimate, for a query of length 1.</summary>
    /// <remarks>Negative: the centroid is unknown, and the query's own length counts.</remarks>
    public const int FirstError = 1;

    /// <summary>⟨centroid, decoded − decoded from the signs⟩.</summary>
    public const int FirstShift = 2;

    /// <summary>Of all bits.</summary>
    public const int Rescale = 3;

    /// <summary>Of all bits.</summary>
    public const int Error = 4;
}
