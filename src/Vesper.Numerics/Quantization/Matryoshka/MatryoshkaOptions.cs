namespace Vesper.Numerics.Quantization.Matryoshka;

/// <summary>How a search by prefixes goes about it.</summary>
public sealed record MatryoshkaOptions
{
    /// <summary>Dimensions looked at first, 1 … all.</summary>
    public required int PrefixDimensions { get; init; }

    /// <summary>Candidates scored exactly, as a multiple of k, ≥ 1.</summary>
    public int RerankFactor { get; init; } = 4;

    /// <summary>Checks all limits.</summary>
    /// <param name="dimensions">Elements of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public void Validate(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PrefixDimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PrefixDimensions, dimensions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RerankFactor);
    }
}
