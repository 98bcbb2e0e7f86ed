namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>What a RaBitQ code is like. All of it is needed again to read codes.</summary>
public sealed record RaBitQOptions
{
    /// <summary>Bits of a dimension's code, 1 … 9: the sign and up to eight more.</summary>
    public int Bits { get; init; } = 4;

    /// <summary>Seed of the rotation.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// ε₀: how many standard deviations an error bound is wide, 0.5 … 10. The paper's 1.9 holds for nearly all rows;
    /// more looks at more rows a second time and misses fewer.
    /// </summary>
    public float BoundWidth { get; init; } = 1.9f;

    /// <summary>Checks all limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Bits, 9);
        if (!(BoundWidth is >= 0.5f and <= 10))
        {
            throw new ArgumentOutOfRangeException(nameof(BoundWidth), BoundWidth, "It must be in 0.5 … 10.");
        }
    }
}
