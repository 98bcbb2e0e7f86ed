using Vesper.Numerics.Clustering;
using Vesper.Numerics.Memory;

namespace Vesper.Tests.Numerics.Clustering;

/// <summary>Lloyd's algorithm in plain loops and double precision, from given centroids.</summary>
internal sealed class ScalarLloyd(RowMatrix<float> rows, double[][] centroids)
{
    public double[][] Centroids { get; } = centroids;

    /// <summary>The rows that random seeding takes.</summary>
    public static ScalarLloyd From(RowMatrix<float> rows, int k, ulong seed)
    {
        // The seed of the first restart, then its first draw.
        ulong first = new SeededRandom(seed).NextBits();
        int[] numbers = RowSample.Choose(rows.Count, k, new SeededRandom(first).NextBits());
        return new ScalarLloyd(rows, [.. numbers.Select(number => ToDouble(rows.Row(number)))]);
    }

    public void Iterate(int iterations)
    {
        for (int i = 0; i < iterations; i++)
        {
            int[] nearest = [.. Enumerable.Range(0, rows.Count).Select(row => Nearest(row).Centroid)];
            for (int centroid = 0; centroid < Centroids.Length; centroid++)
            {
                int[] members = [.. Enumerable.Range(0, rows.Count).Where(row => nearest[row] == centroid)];
                Assert.NotEmpty(members);
                for (int d = 0; d < rows.Columns; d++)
                {
                    Centroids[centroid][d] = members.Average(row => (double)rows.Row(row)[d]);
                }
            }
        }
    }

    public (int Centroid, double Distance) Nearest(int row)
    {
        ReadOnlySpan<float> place = rows.Row(row);
        var best = (Centroid: -1, Distance: double.PositiveInfinity);
        for (int centroid = 0; centroid < Centroids.Length; centroid++)
        {
            double sum = 0;
            for (int d = 0; d < Centroids[centroid].Length; d++)
            {
                sum += (place[d] - Centroids[centroid][d]) * (place[d] - Centroids[centroid][d]);
            }

            best = sum < best.Distance ? (centroid, sum) : best;
        }

        return best;
    }

    public static double[] ToDouble(ReadOnlySpan<float> row) => Array.ConvertAll(row.ToArray(), value => (double)value);
}
