using System.Diagnostics;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>Finds the ranges of scalar codes.</summary>
public static class ScalarTrainer
{
    private const int DimensionsPerPart = 8;
    private const int SortedElementsMax = 1 << 22;

    /// <summary>
    /// Trains on rows: O(rows × dimensions), with quantiles × log rows. The result does not depend on the executor.
    /// </summary>
    /// <param name="rows">At least one row; all columns are dimensions.</param>
    /// <param name="options">Bits and ranges.</param>
    /// <param name="executor">Runs dimensions side by side.</param>
    /// <param name="cancellation">Asked every few dimensions.</param>
    /// <exception cref="ArgumentException">There is no row, or an element is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static ScalarTraining Train(
        RowMatrix<float> rows, ScalarOptions options, IExecutor executor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(executor);
        options.Validate();
        int dimensions = rows.Columns;
        QuantizerLimits.CheckDimensions(dimensions);
        int count = rows.Count;
        if (count == 0)
        {
            throw new ArgumentException("There are no rows to train on.", nameof(rows));
        }

        int[] sample = Sample(count, options.SampleRowsMax);
        var minima = new float[dimensions];
        var maxima = new float[dimensions];
        executor.Run(
            (dimensions + DimensionsPerPart - 1) / DimensionsPerPart,
            part => FindRanges(rows, sample, options, part * DimensionsPerPart, minima, maxima),
            cancellation);
        int unusable = Array.FindIndex(minima, float.IsNaN);
        if (unusable >= 0)
        {
            throw new ArgumentException($"Dimension {unusable} holds NaN or infinity.", nameof(rows));
        }

        if (options.Range == ScalarRange.Global)
        {
            (float min, float max) = options.TailQuantile == 0
                ? (minima.Min(), maxima.Max())
                : SharedRange(rows, sample, options.TailQuantile);
            Array.Fill(minima, min);
            Array.Fill(maxima, max);
        }

        int levelMax = (1 << options.Bits) - 1;
        float[] steps = [.. minima.Zip(maxima, (min, max) => (float)(((double)max - min) / levelMax))];
        var quantizer = new ScalarQuantizer(options.Bits, minima, steps);
        long clamped = 0;
        foreach (int row in sample)
        {
            clamped += quantizer.CountClamped(rows.Row(row));
        }

        return new ScalarTraining(quantizer, (long)sample.Length * dimensions, clamped);
    }

    private static int[] Sample(int count, int most)
    {
        int size = Math.Min(count, most);
        var sample = new int[size];
        for (int i = 0; i < size; i++)
        {
            sample[i] = (int)((long)i * count / size);
        }

        return sample;
    }

    /// <summary>Ranges of some dimensions; a NaN minimum marks one with an element that is not finite.</summary>
    private static void FindRanges(
        RowMatrix<float> rows, int[] sample, ScalarOptions options, int start, float[] minima, float[] maxima)
    {
        int end = Math.Min(start + DimensionsPerPart, rows.Columns);
        var column = new float[sample.Length];
        for (int dimension = start; dimension < end; dimension++)
        {
            bool isFinite = true;
            for (int i = 0; i < sample.Length; i++)
            {
                column[i] = rows.Row(sample[i])[dimension];
                isFinite &= float.IsFinite(column[i]);
            }

            (minima[dimension], maxima[dimension]) = isFinite ? Range(column, options.TailQuantile) : (float.NaN, 0);
        }
    }

    private static (float Min, float Max) Range(float[] column, double tail)
    {
        if (tail == 0)
        {
            return (column.Min(), column.Max());
        }

        Array.Sort(column);
        int cut = (int)(tail * column.Length);
        Debug.Assert(cut <= column.Length - 1 - cut || column.Length == 1);
        return (column[cut], column[^(cut + 1)]);
    }

    /// <summary>One range of all elements; its quantiles may come from fewer rows.</summary>
    private static (float Min, float Max) SharedRange(RowMatrix<float> rows, int[] sample, double tail)
    {
        int step = (int)(1 + (long)sample.Length * rows.Columns / SortedElementsMax);
        var elements = new List<float>();
        for (int i = 0; i < sample.Length; i += step)
        {
            elements.AddRange(rows.Row(sample[i]));
        }

        return Range([.. elements], tail);
    }
}
