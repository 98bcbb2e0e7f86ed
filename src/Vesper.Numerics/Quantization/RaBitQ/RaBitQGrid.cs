using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>
/// Finds the point of the grid {± ½, ± 3/2, …}^D whose direction is nearest to a row's: the largest
/// ⟨grid, row⟩ / ‖grid‖.
/// </summary>
/// <remarks>
/// The paper (Gao et al., "Practical and Asymptotically Optimal Quantization of High-Dimensional Vectors in Euclidean
/// Space for Approximate Nearest Neighbor Search", SIGMOD 2025, §3.2) visits every scale at which a level changes,
/// O(2^bits · D · log D). Here a few scales around what is best for a normal distribution are tried, coarse and then
/// fine: the loss against the optimum is below a few percent of the error (tested), at O(D) a scale. Sums are added in
/// one order at every width: codes do not depend on the machine.
/// </remarks>
internal static class RaBitQGrid
{
    private const int CoarseScales = 12;
    private const int FineScales = 8;

    /// <summary>
    /// Steps of the best uniform quantizer of a standard normal distribution by total bits 2 … 9 (J. Max, "Quantizing
    /// for Minimum Distortion", IRE Trans. IT-6, 1960, table II; beyond 5 bits extrapolated).
    /// </summary>
    private static ReadOnlySpan<float> NormalSteps =>
        [0.9957f, 0.5860f, 0.3352f, 0.1881f, 0.1041f, 0.0569f, 0.0308f, 0.0165f];

    /// <summary>The number of steps to the unit that suits a row best; 0 for a row of zeros.</summary>
    /// <param name="values">A multiple of 8 of them.</param>
    /// <param name="extraBits">1 … 8: there are 2^extraBits levels of a magnitude.</param>
    public static float BestScale(ReadOnlySpan<float> values, int extraBits)
    {
        Debug.Assert(extraBits is >= 1 and <= 8 && values.Length % Vector256<float>.Count == 0);
        double squares = DoubleSums.Dot(values, values);
        if (squares == 0)
        {
            return 0;
        }

        float max = Largest(values);
        double normal = 1 / (NormalSteps[extraBits - 1] * Math.Sqrt(squares / values.Length));
        double whole = (1 << extraBits) / (double)max;
        double low = 0.8 * Math.Min(normal, whole);
        double high = 1.6 * Math.Max(normal, whole);
        double ratio = Math.Pow(high / low, 1.0 / (CoarseScales - 1));
        double best = Best(values, extraBits, low, ratio, CoarseScales);
        double fine = Math.Pow(ratio, 2.0 / (FineScales + 1));
        double fineScale = Best(values, extraBits, best / ratio * fine, fine, FineScales);
        return (float)Math.Min(fineScale, float.MaxValue);
    }

    /// <summary>Snaps eight values to the grid.</summary>
    /// <param name="values">Eight.</param>
    /// <param name="scale">Steps to the unit.</param>
    /// <param name="grid">Eight: the grid's values.</param>
    /// <param name="levels">Eight: levels, in complement where the value is negative.</param>
    /// <param name="extraBits">0 … 8.</param>
    /// <returns>A bit for each value that is not negative.</returns>
    public static byte SnapEight(
        ReadOnlySpan<float> values, float scale, Span<float> grid, Span<byte> levels, int extraBits)
    {
        int levelMax = (1 << extraBits) - 1;
        Vector256<float> eight = Vector256.Create(values);
        Vector256<float> isNegative = Vector256.LessThan(eight, Vector256<float>.Zero);
        Vector256<float> magnitudes = Levels(eight, scale, levelMax);
        Vector256<float> points = magnitudes + Vector256.Create(0.5f);
        (points ^ (isNegative & Vector256.Create(-0f))).CopyTo(grid);
        Vector256<int> complement = isNegative.AsInt32() & Vector256.Create(levelMax);
        Vector256<uint> codes = (Vector256.ConvertToInt32(magnitudes) ^ complement).AsUInt32();
        Vector128<ushort> words = Vector128.Narrow(codes.GetLower(), codes.GetUpper());
        Vector128.Narrow(words, words).GetLower().CopyTo(levels);
        return (byte)~isNegative.ExtractMostSignificantBits();
    }

    private static double Best(ReadOnlySpan<float> values, int extraBits, double first, double ratio, int count)
    {
        double best = first;
        double bestValue = -1;
        double scale = first;
        for (int i = 0; i < count; i++, scale *= ratio)
        {
            double value = Cosine(values, (float)scale, (1 << extraBits) - 1);
            if (value > bestValue)
            {
                (best, bestValue) = (scale, value);
            }
        }

        return best;
    }

    /// <summary>⟨grid, row⟩ / ‖grid‖ at a scale.</summary>
    private static double Cosine(ReadOnlySpan<float> values, float scale, float levelMax)
    {
        Vector256<float> dot = default;
        Vector256<float> squares = default;
        foreach (Vector256<float> eight in MemoryMarshal.Cast<float, Vector256<float>>(values))
        {
            Vector256<float> levels = Levels(eight, scale, levelMax) + Vector256.Create(0.5f);
            dot += levels * Vector256.Abs(eight);
            squares += levels * levels;
        }

        return Vector256.Sum(dot) / Math.Sqrt(Vector256.Sum(squares));
    }

    private static Vector256<float> Levels(Vector256<float> values, float scale, float levelMax) =>
        Vector256.Floor(Vector256.Min(Vector256.Abs(values) * scale, Vector256.Create(levelMax)));

    private static float Largest(ReadOnlySpan<float> values)
    {
        Vector256<float> largest = default;
        foreach (Vector256<float> eight in MemoryMarshal.Cast<float, Vector256<float>>(values))
        {
            largest = Vector256.Max(largest, Vector256.Abs(eight));
        }

        float max = 0;
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            max = Math.Max(max, largest[i]);
        }

        return max;
    }
}
