using System.Numerics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>Moves centroids to the means of their rows.</summary>
/// <remarks>
/// Each centroid's rows are summed by one thread, in row order and in double precision: neither the number of threads
/// nor the width of their vectors shows in the result.
/// </remarks>
internal static class CentroidMeans
{
    private const int CentroidsPerPart = 16;

    /// <summary>The mean of each centroid's members; one that has none stays. O(rows × dimensions).</summary>
    public static void Update(TrainingRows rows, Clusters clusters, RowMatrix<float> centroids) =>
        rows.InParts(clusters.Count, CentroidsPerPart, (start, end) =>
        {
            var sum = new double[rows.Dimensions];
            for (int centroid = start; centroid < end; centroid++)
            {
                ReadOnlySpan<int> members = clusters.MembersOf(centroid);
                if (!members.IsEmpty)
                {
                    Array.Clear(sum);
                    AddRows(rows, members, sum);
                    Divide(sum, members.Length, centroids.Row(centroid));
                }
            }
        });

    /// <summary>Adds rows to a sum.</summary>
    public static void AddRows(TrainingRows rows, ReadOnlySpan<int> numbers, Span<double> sum)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            rows.Prefetch(numbers, i + RowPrefetch.RowsAhead);
            Add(rows[numbers[i]], sum);
        }
    }

    /// <summary>Writes a sum divided by a number of rows. Not past the range of float: neither are its terms.</summary>
    public static void Divide(ReadOnlySpan<double> sum, double count, Span<float> mean)
    {
        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] = (float)(sum[i] / count);
        }
    }

    private static void Add(ReadOnlySpan<float> row, Span<double> sum)
    {
        Span<Vector<double>> sums = MemoryMarshal.Cast<double, Vector<double>>(sum);
        ReadOnlySpan<Vector<float>> values = MemoryMarshal.Cast<float, Vector<float>>(row);
        for (int i = 0; i < values.Length; i++)
        {
            Vector.Widen(values[i], out Vector<double> low, out Vector<double> high);
            sums[2 * i] += low;
            sums[2 * i + 1] += high;
        }

        for (int i = values.Length * Vector<float>.Count; i < row.Length; i++)
        {
            sum[i] += row[i];
        }
    }
}
