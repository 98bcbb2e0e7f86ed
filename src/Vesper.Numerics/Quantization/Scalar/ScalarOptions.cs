namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>How scalar codes are trained.</summary>
public sealed record ScalarOptions
{
    /// <summary>Bits of a code: 8 or 4.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Which elements share a range.</summary>
    public ScalarRange Range { get; init; } = ScalarRange.PerDimension;

    /// <summary>
    /// Share of the elements cut off at each end, 0 … 0.25: the range lies between two quantiles, and what is beyond is
    /// clamped. 0 is from the smallest to the largest.
    /// </summary>
    public double TailQuantile { get; init; }

    /// <summary>Most rows looked at, ≥ 1, at equal distances.</summary>
    public int SampleRowsMax { get; init; } = 65_536;

    /// <summary>Checks all limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public void Validate()
    {
        if (Bits is not (4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(Bits), Bits, "Scalar codes have 4 or 8 bits.");
        }

        if (!Enum.IsDefined(Range))
        {
            throw new ArgumentOutOfRangeException(nameof(Range), Range, "Not a kind of range.");
        }

        if (!(TailQuantile is >= 0 and <= 0.25))
        {
            throw new ArgumentOutOfRangeException(nameof(TailQuantile), TailQuantile, "It must be in 0 … 0.25.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SampleRowsMax);
    }
}
