using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>Checks that quantizers share.</summary>
internal static class QuantizerLimits
{
    /// <summary>Most dimensions: far above the engine's, and a block of floats stays below 10 MB.</summary>
    public const int DimensionsMax = 65_536;

    /// <exception cref="ArgumentOutOfRangeException">Dimensions are not in range.</exception>
    public static void CheckDimensions(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, DimensionsMax);
    }

    /// <exception cref="ArgumentOutOfRangeException">A length is not the quantizer's.</exception>
    public static void CheckLengths(IQuantizer quantizer, int row, int code)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row, quantizer.Dimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(code, quantizer.CodeBytes);
    }
}
