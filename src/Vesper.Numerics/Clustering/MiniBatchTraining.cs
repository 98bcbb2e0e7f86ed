using System.Diagnostics;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>
/// Moves centroids by batches of rows drawn evenly (Sculley 2010, algorithm 1): each centroid is the mean of all rows
/// that were ever assigned to it.
/// </summary>
/// <remarks>
/// A batch is summed at once instead of row by row, which comes to the same mean. O(batches · batch · k · dimensions).
/// </remarks>
internal sealed class MiniBatchTraining(TrainingRows rows, KMeansOptions options)
{
    private const int Window = 10;
    private const int CentroidsPerPart = 16;

    /// <summary>Moves the centroids until the batches are done or nothing is gained any more.</summary>
    /// <param name="centroids">Seeds.</param>
    /// <param name="random">For the batches.</param>
    /// <param name="report">Told the number of each batch, from 1, and its inertia scaled to all rows.</param>
    /// <returns>Batches done.</returns>
    public int Run(RowMatrix<float> centroids, SeededRandom random, Action<int, double> report)
    {
        int batchRows = Math.Min(options.MiniBatchRows, rows.Count);
        var clusters = new Clusters(batchRows, centroids.Count);
        var counts = new long[centroids.Count];
        var inertias = new List<double>();
        while (inertias.Count < options.Iterations)
        {
            using RowMatrix<float> batch = rows.Copy(Draw(batchRows, ref random));
            var batchSet = new TrainingRows(batch, rows.Dimensions, rows.Context);
            batchSet.FindNearest(centroids, clusters.Nearest, clusters.Distances);
            clusters.Group();
            Move(batchSet, clusters, centroids, counts);
            inertias.Add(clusters.Inertia() * ((double)rows.Count / batchRows));
            report(inertias.Count, inertias[^1]);
            if (HasSettled(inertias))
            {
                break;
            }
        }

        return inertias.Count;
    }

    private int[] Draw(int count, ref SeededRandom random)
    {
        var numbers = new int[count];
        foreach (ref int number in numbers.AsSpan())
        {
            number = random.Next(rows.Count);
        }

        Array.Sort(numbers);
        return numbers;
    }

    private static void Move(TrainingRows batch, Clusters clusters, RowMatrix<float> centroids, long[] counts) =>
        batch.InParts(clusters.Count, CentroidsPerPart, (start, end) =>
        {
            var sum = new double[batch.Dimensions];
            for (int centroid = start; centroid < end; centroid++)
            {
                ReadOnlySpan<int> members = clusters.MembersOf(centroid);
                if (members.IsEmpty)
                {
                    continue;
                }

                Span<float> place = centroids.Row(centroid);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] = (double)place[i] * counts[centroid];
                }

                CentroidMeans.AddRows(batch, members, sum);
                counts[centroid] += members.Length;
                CentroidMeans.Divide(sum, counts[centroid], place);
            }
        });

    // Batches differ by chance: ten of them are compared with the ten before.
    private bool HasSettled(List<double> inertias)
    {
        Debug.Assert(inertias.Count > 0);
        if (inertias.Count < 2 * Window)
        {
            return false;
        }

        double now = inertias.TakeLast(Window).Sum();
        double before = inertias.TakeLast(2 * Window).Take(Window).Sum();
        return !(before - now > options.Tolerance * before);
    }
}
