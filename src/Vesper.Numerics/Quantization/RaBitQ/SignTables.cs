using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>
/// Of a rotated query, for each four dimensions the sums of all 16 choices among them: exact, and rounded to bytes.
/// </summary>
/// <remarks>The sum of the query over the signs that are set ≈ <see cref="Base"/> + <see cref="Step"/> × the sum of
/// bytes, off by at most <see cref="ErrorMax"/>.</remarks>
internal sealed class SignTables(RaBitQShape shape)
{
    private const int Entries = RaBitQShape.GroupBytes;

    // Rounding of the float sums themselves, relative to the sum of the query's magnitudes.
    private const double FloatSlack = 1e-6;

    private readonly float[] _exact = new float[shape.Rotated / RaBitQShape.SignsPerLookup * Entries];
    private readonly byte[] _rounded = new byte[shape.Lookups * Entries];

    /// <summary>One table of 16 sums for each four dimensions.</summary>
    public ReadOnlySpan<float> Exact => _exact;

    /// <summary>The same in bytes; tables of padding are zero.</summary>
    public ReadOnlySpan<byte> Rounded => _rounded;

    public float Base { get; private set; }

    public float Step { get; private set; }

    public float ErrorMax { get; private set; }

    /// <summary>Computes the tables of a rotated query.</summary>
    public void Fill(ReadOnlySpan<float> query)
    {
        Debug.Assert(query.Length * Entries == _exact.Length * RaBitQShape.SignsPerLookup);
        float span = 0;
        double lowest = 0;
        double magnitude = 0;
        for (int start = 0; start < _exact.Length; start += Entries)
        {
            ReadOnlySpan<float> four = query.Slice(start / RaBitQShape.SignsPerLookup, RaBitQShape.SignsPerLookup);
            (float negative, float positive) = Expand(four, _exact.AsSpan(start, Entries));
            span = Math.Max(span, positive - negative);
            lowest += negative;
            magnitude += positive - negative;
        }

        Step = span / byte.MaxValue;
        Base = (float)lowest;
        int lookups = _exact.Length / Entries;
        ErrorMax = (float)(0.5 * Step * lookups + FloatSlack * magnitude);
        float inverse = Step > 0 ? 1 / Step : 0;
        for (int start = 0; start < _exact.Length; start += Entries)
        {
            ReadOnlySpan<float> four = query.Slice(start / RaBitQShape.SignsPerLookup, RaBitQShape.SignsPerLookup);
            Round(_exact.AsSpan(start, Entries), Lowest(four), inverse, _rounded.AsSpan(start, Entries));
        }
    }

    private static void Round(ReadOnlySpan<float> sums, float lowest, float inverse, Span<byte> rounded)
    {
        Vector128<ushort> low = RoundEight(sums, lowest, inverse);
        Vector128.Narrow(low, RoundEight(sums[8..], lowest, inverse)).CopyTo(rounded);
    }

    private static Vector128<ushort> RoundEight(ReadOnlySpan<float> sums, float lowest, float inverse)
    {
        Vector256<float> steps = (Vector256.Create(sums) - Vector256.Create(lowest)) * inverse;
        steps = Vector256.Min(steps + Vector256.Create(0.5f), Vector256.Create((float)byte.MaxValue));
        Vector256<uint> bytes = Vector256.ConvertToInt32(steps).AsUInt32();
        return Vector128.Narrow(bytes.GetLower(), bytes.GetUpper());
    }

    private static (float Negative, float Positive) Expand(ReadOnlySpan<float> four, Span<float> sums)
    {
        float positive = 0;
        sums[0] = 0;
        for (int bit = 0; bit < four.Length; bit++)
        {
            positive += Math.Max(four[bit], 0);
            int known = 1 << bit;
            for (int i = 0; i < known; i++)
            {
                sums[known + i] = sums[i] + four[bit];
            }
        }

        return (Lowest(four), positive);
    }

    private static float Lowest(ReadOnlySpan<float> four)
    {
        float negative = 0;
        foreach (float value in four)
        {
            negative += Math.Min(value, 0);
        }

        return negative;
    }
}
