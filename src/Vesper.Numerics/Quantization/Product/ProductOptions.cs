namespace Vesper.Numerics.Quantization;

/// <summary>How codebooks are trained.</summary>
public sealed record ProductOptions
{
    /// <summary>Parts of a row (m); divides the dimensions.</summary>
    public required int Parts { get; init; }

    /// <summary>Bits of a part's code, 4 … 8.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Chooses the sample and the first codewords.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Most rounds of Lloyd's algorithm, ≥ 1.</summary>
    public int Iterations { get; init; } = 25;

    /// <summary>Most rows looked at for each codeword, ≥ 1; more rows than that times 2^bits are sampled.</summary>
    public int SamplesPerCodeword { get; init; } = 256;

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">Parts do not divide the dimensions.</exception>
    public void Validate(int dimensions)
    {
        ProductCodebooks.CheckShape(dimensions, Parts, Bits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Iterations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SamplesPerCodeword);
    }
}
