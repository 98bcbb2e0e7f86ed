using System.Diagnostics;
using System.Numerics;
using Vesper.Numerics.Kernels;

namespace Vesper.Numerics.Quantization;

/// <summary>Sums over rows that the training of a rotation needs.</summary>
internal static class Moments
{
    /// <summary>leftᵀ · right: dimensions × dimensions. Parts of the rows are added up in their order.</summary>
    public static SquareMatrix Products(TrainingRows left, TrainingRows right, TrainingContext context)
    {
        Debug.Assert(left.Count == right.Count && left.Dimensions == right.Dimensions);
        int size = left.Dimensions;
        var total = new SquareMatrix(size);
        var sums = new float[Math.Min(left.Parts, Math.Max(1, context.Executor.Width))][];
        for (int first = 0; first < left.Parts; first += sums.Length)
        {
            int some = Math.Min(sums.Length, left.Parts - first), start = first;
            context.Executor.Run(some, i =>
            {
                sums[i] ??= new float[size * size];
                Array.Clear(sums[i]);
                AddProducts(left, right, left.Part(start + i), sums[i]);
            }, context.Cancellation);
            for (int i = 0; i < some; i++)
            {
                for (int j = 0; j < sums[i].Length; j++)
                {
                    total.Elements[j] += sums[i][j];
                }
            }
        }

        return total;
    }

    /// <summary>The rows less their mean.</summary>
    public static TrainingRows Centred(TrainingRows rows)
    {
        double[] mean = Mean(rows);
        var centred = new TrainingRows(new float[rows.Elements.Length], rows.Dimensions);
        for (int i = 0; i < rows.Elements.Length; i++)
        {
            centred.Elements[i] = (float)(rows.Elements[i] - mean[i % rows.Dimensions]);
        }

        return centred;
    }

    /// <summary>The mean squared distance of rows to their mean.</summary>
    public static double Variance(TrainingRows rows)
    {
        TrainingRows centred = Centred(rows);
        return Reference.Dot(centred.Elements, centred.Elements) / rows.Count;
    }

    private static double[] Mean(TrainingRows rows)
    {
        var mean = new double[rows.Dimensions];
        for (int row = 0; row < rows.Count; row++)
        {
            Span<float> elements = rows.Rows(row, 1);
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += elements[i];
            }
        }

        return Array.ConvertAll(mean, sum => sum / rows.Count);
    }

    private static void AddProducts(TrainingRows left, TrainingRows right, (int Start, int Count) part, float[] sums)
    {
        int size = left.Dimensions, end = part.Start + part.Count;
        for (int row = part.Start; row < end;)
        {
            int some = end - row >= 4 ? 4 : 1;
            ReadOnlySpan<float> lefts = left.Rows(row, some), rights = right.Rows(row, some);
            for (int i = 0; i < size; i++)
            {
                Span<float> line = sums.AsSpan(i * size, size);
                if (some == 4)
                {
                    var factors = (lefts[i], lefts[size + i], lefts[(2 * size) + i], lefts[(3 * size) + i]);
                    AddFour(line, factors, rights);
                }
                else
                {
                    AddOne(line, lefts[i], rights);
                }
            }

            row += some;
        }
    }

    /// <summary>Four rows at a time, so that a sum is read and written once for four products.</summary>
    private static void AddFour(
        Span<float> line, (float A, float B, float C, float D) factors, ReadOnlySpan<float> rows)
    {
        int size = line.Length, count = Vector<float>.Count;
        ReadOnlySpan<float> second = rows.Slice(size, size), third = rows.Slice(2 * size, size);
        ReadOnlySpan<float> fourth = rows.Slice(3 * size, size);
        int j = 0;
        for (; j <= size - count; j += count)
        {
            Vector<float> sum = new Vector<float>(line[j..]) + (factors.A * new Vector<float>(rows[j..]));
            sum += factors.B * new Vector<float>(second[j..]);
            sum += factors.C * new Vector<float>(third[j..]);
            sum += factors.D * new Vector<float>(fourth[j..]);
            sum.CopyTo(line[j..]);
        }

        for (; j < size; j++)
        {
            line[j] += (factors.A * rows[j]) + (factors.B * second[j]);
            line[j] += (factors.C * third[j]) + (factors.D * fourth[j]);
        }
    }

    private static void AddOne(Span<float> line, float factor, ReadOnlySpan<float> row)
    {
        for (int j = 0; j < line.Length; j++)
        {
            line[j] += factor * row[j];
        }
    }
}
