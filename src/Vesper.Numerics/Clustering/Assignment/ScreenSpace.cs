using System.Diagnostics;
using System.Numerics;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>
/// A map T of rows into a space of few columns that never moves two rows apart, |T(x) − T(c)| ≤ |x − c|, and its
/// rounding to int16.
/// </summary>
/// <remarks>
/// <para>
/// With y = (x − μ)·2^e, codes q′ = round(T̂(y)). Each row has a slack e(x) ≥ |T(y) − q′|: then the triangle inequality
/// gives |x − c|·2^e ≥ |q′ − c′| − e(x) − e(c), and |q′ − c′|² = |q′|² + |c′|² − 2 q′·c′ is computed in integers,
/// without error. That is the whole bound of the screens.
/// </para>
/// <para>
/// The factor 2^e is a power of two, so scaling rounds only among the smallest floats (below 2⁻¹⁴⁹, lost in the slack
/// of half a unit). It is chosen so that |y| ≤ <see cref="LengthMax"/> holds with room for the centroids and a sample;
/// a row beyond that, or one with a NaN, does not fit and is not screened. Codes are then in the range of int16, and
/// sums of products within (|q′|·|c′| + |c′|²/2) &lt; 2³¹, partial ones too (Cauchy, Schwarz).
/// </para>
/// </remarks>
internal abstract class ScreenSpace
{
    /// <summary>Largest length of a scaled row that fits.</summary>
    protected const float LengthMax = 32_000;

    /// <summary>Unit roundoff of float.</summary>
    protected const double Unit = 1.0 / (1 << 24);

    // Room between the longest of centroids and sample and what fits.
    private const double Headroom = 1.25;
    private const int ExponentMax = 100;
    private const int CodesPerStride = 32;

    // Rounding of one column, in code units: half, and a little for the smallest floats.
    private const double HalfUnit = 0.501;

    private readonly float[] _scaledMean;

    /// <summary>A space centred on a mean.</summary>
    /// <param name="frame">Mean and longest row.</param>
    /// <param name="columns">Columns of a code.</param>
    protected ScreenSpace(ScreenFrame frame, int columns)
    {
        Dimensions = frame.Mean.Length;
        Columns = columns;
        CodeStride = (columns + CodesPerStride - 1) / CodesPerStride * CodesPerStride;
        PerUnit = ScaleFor(frame.Longest);

        // Scaled before it is subtracted: differences of the largest floats do not overflow then.
        _scaledMean = Array.ConvertAll(frame.Mean, element => element * PerUnit);
    }

    /// <summary>Elements of a row.</summary>
    public int Dimensions { get; }

    /// <summary>Columns of a code.</summary>
    public int Columns { get; }

    /// <summary>Pairs of columns, the last one perhaps half empty.</summary>
    public int Pairs => (Columns + 1) / 2;

    /// <summary>Shorts from one code to the next in a block.</summary>
    public int CodeStride { get; }

    /// <summary>Code units in a distance of 1: a power of two.</summary>
    public float PerUnit { get; }

    /// <summary>Slack by rounding to int16: half a unit in each column.</summary>
    protected double RoundingSlack => HalfUnit * Math.Sqrt(Columns);

    /// <summary>Codes, norms and slacks of rows. O(count × dimensions × columns) at most.</summary>
    /// <param name="rows">Columns ≥ dimensions.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">Rows; the block has room for them.</param>
    /// <param name="block">Written.</param>
    public abstract void Map(RowMatrix<float> rows, int start, int count, ScreenBlock block);

    /// <summary>
    /// Writes (row − μ)·2^e, each element with a relative error ≤ u, and returns the square of its length in float.
    /// </summary>
    protected float Centre(ReadOnlySpan<float> row, Span<float> centred)
    {
        Debug.Assert(row.Length == Dimensions && centred.Length >= Dimensions);
        ReadOnlySpan<float> mean = _scaledMean;
        int width = Vector<float>.Count;
        Vector<float> sums = default;
        int i = 0;
        for (; i <= row.Length - width; i += width)
        {
            Vector<float> value = new Vector<float>(row[i..]) * PerUnit - new Vector<float>(mean[i..]);
            value.CopyTo(centred[i..]);
            sums += value * value;
        }

        float sum = Vector.Sum(sums);
        for (; i < row.Length; i++)
        {
            float value = row[i] * PerUnit - mean[i];
            centred[i] = value;
            sum += value * value;
        }

        return sum;
    }

    /// <summary>Rounds columns, padded with 0 to the stride, to a code; returns the sum of its squares.</summary>
    protected static int Round(ReadOnlySpan<float> columns, Span<short> code)
    {
        Debug.Assert(columns.Length == code.Length && columns.Length % CodesPerStride == 0);
        int width = Vector<float>.Count;
        Vector<int> squares = default;
        for (int i = 0; i < columns.Length; i += 2 * width)
        {
            Vector<int> low = Vector.ConvertToInt32(Vector.Round(new Vector<float>(columns[i..])));
            Vector<int> high = Vector.ConvertToInt32(Vector.Round(new Vector<float>(columns[(i + width)..])));
            Vector.Narrow(low, high).CopyTo(code[i..]);
            squares += low * low + high * high;
        }

        return Vector.Sum(squares);
    }

    /// <summary>Whether a scaled row of this squared length fits; no for a NaN.</summary>
    protected static bool IsInRange(float lengthSquared) => lengthSquared <= LengthMax * LengthMax;

    private static float ScaleFor(double longest)
    {
        if (longest == 0)
        {
            return 1;
        }

        int exponent = (int)Math.Floor(Math.Log2(LengthMax / Headroom / longest));
        return MathF.ScaleB(1, Math.Clamp(exponent, -ExponentMax - 27, ExponentMax));
    }
}
