using System.Diagnostics;
using System.Numerics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>
/// The directions in which rows vary most, by orthogonal iteration on their covariance (Golub, Van Loan, Matrix
/// Computations, 4th ed., §8.2.4) in double precision.
/// </summary>
/// <remarks>
/// A fixed number of steps: the axes need not be exact, only orthonormal, and the measured deviation from that is
/// reported for those who rely on it. Deterministic. O(sample × n² + steps × n² × axes).
/// </remarks>
internal sealed class PrincipalAxes
{
    private const int SampleMax = 4096;
    private const int Steps = 24;
    private const int Seed = 1;

    private PrincipalAxes(float[][] axes, double deviation)
    {
        Axes = axes;
        Deviation = deviation;
    }

    /// <summary>The axes, the strongest first.</summary>
    public float[][] Axes { get; }

    /// <summary>At least the Frobenius norm of A·Aᵀ − I, A the axes as they are stored.</summary>
    public double Deviation { get; }

    /// <summary>The strongest axes of rows around a mean.</summary>
    /// <param name="rows">At least one; every so many are looked at, at most 4,096.</param>
    /// <param name="mean">An element for each dimension.</param>
    /// <param name="count">Axes, at most as many as dimensions.</param>
    public static PrincipalAxes Find(RowMatrix<float> rows, float[] mean, int count)
    {
        Debug.Assert(rows.Count > 0 && count <= mean.Length);
        double[][] covariance = Covariance(rows, mean);
        var random = new Random(Seed);
        double[][] axes = [.. Enumerable.Range(0, count).Select(_ => Draw(random, mean.Length))];
        Orthonormalize(axes, random);
        for (int step = 0; step < Steps; step++)
        {
            axes = [.. axes.Select(axis => Multiply(covariance, axis))];
            Orthonormalize(axes, random);
        }

        float[][] stored = [.. axes.Select(axis => Array.ConvertAll(axis, element => (float)element))];
        return new PrincipalAxes(stored, DeviationOf(stored));
    }

    /// <summary>The first axes alone.</summary>
    public PrincipalAxes First(int count) => new(Axes[..count], Deviation);

    private static double[][] Covariance(RowMatrix<float> rows, float[] mean)
    {
        int n = mean.Length;
        double[][] covariance = [.. Enumerable.Range(0, n).Select(_ => new double[n])];
        int samples = Math.Min(rows.Count, SampleMax);
        var centred = new double[n];
        double scale = 0;
        for (int sample = 0; sample < samples; sample++)
        {
            ReadOnlySpan<float> row = rows.Row((int)((long)sample * rows.Count / samples));
            for (int i = 0; i < n; i++)
            {
                centred[i] = float.IsFinite(row[i]) ? (double)row[i] - mean[i] : 0;
                scale = Math.Max(scale, Math.Abs(centred[i]));
            }

            for (int i = 0; i < n; i++)
            {
                AddScaled(covariance[i].AsSpan(0, i + 1), centred, centred[i]);
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double value = scale == 0 ? 0 : covariance[i][j] / (scale * scale * samples);
                covariance[i][j] = covariance[j][i] = value;
            }
        }

        return covariance;
    }

    /// <summary>Gram, Schmidt, each axis twice; one that vanishes is drawn anew.</summary>
    private static void Orthonormalize(double[][] axes, Random random)
    {
        for (int axis = 0; axis < axes.Length; axis++)
        {
            while (!Reduce(axes, axis))
            {
                axes[axis] = Draw(random, axes[axis].Length);
            }
        }
    }

    private static bool Reduce(double[][] axes, int axis)
    {
        double[] own = axes[axis];
        double length = Math.Sqrt(Dot(own, own));
        for (int pass = 0; pass < 2 && length > 1e-150; pass++)
        {
            Scale(own, 1 / length);
            for (int other = 0; other < axis; other++)
            {
                AddScaled(own, axes[other], -Dot(own, axes[other]));
            }

            length = Math.Sqrt(Dot(own, own));
            if (length < 1e-10)
            {
                return false;
            }
        }

        Scale(own, length > 1e-150 ? 1 / length : 0);
        return length > 1e-150;
    }

    private static double DeviationOf(float[][] axes)
    {
        double sum = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double error = Reference.Dot(axes[i], axes[j]) - (i == j ? 1 : 0);
                sum += (i == j ? 1 : 2) * error * error;
            }
        }

        // Beyond what the measuring itself rounds.
        return Math.Sqrt(sum) * (1 + 1e-9) + 1e-12;
    }

    private static double[] Draw(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];

    private static double[] Multiply(double[][] matrix, double[] vector) =>
        Array.ConvertAll(matrix, row => Dot(row, vector));

    private static double Dot(double[] left, double[] right)
    {
        int width = Vector<double>.Count;
        Vector<double> sums = default;
        int i = 0;
        for (; i <= left.Length - width; i += width)
        {
            sums += new Vector<double>(left, i) * new Vector<double>(right, i);
        }

        double sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static void AddScaled(Span<double> target, double[] source, double factor)
    {
        int width = Vector<double>.Count;
        int i = 0;
        for (; i <= target.Length - width; i += width)
        {
            Vector<double> sum = new Vector<double>(target[i..]) + new Vector<double>(source, i) * factor;
            sum.CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    private static void Scale(Span<double> values, double factor)
    {
        foreach (ref double value in values)
        {
            value *= factor;
        }
    }
}
