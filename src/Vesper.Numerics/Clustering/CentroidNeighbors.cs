using System.Numerics;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering;

/// <summary>The centroids nearest to each centroid, itself among them, by ascending number.</summary>
internal sealed class CentroidNeighbors(TrainingRows rows, int centroidCount, int neighbors)
{
    private const int CentroidsPerPart = 16;

    private readonly Ordinal[] _all = Numbers(centroidCount);
    private readonly Ordinal[] _lists = new Ordinal[(long)centroidCount * Math.Min(neighbors, centroidCount)];

    private int _calls;

    /// <summary>Centroids in a list.</summary>
    public int Length { get; } = Math.Min(neighbors, centroidCount);

    /// <summary>All centroids.</summary>
    public ReadOnlySpan<Ordinal> All => _all;

    /// <summary>0 … count − 1.</summary>
    public static Ordinal[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(number => new Ordinal(number))];

    /// <summary>The neighbours of a centroid.</summary>
    public ReadOnlySpan<Ordinal> Of(int centroid) => _lists.AsSpan(checked(centroid * Length), Length);

    /// <summary>
    /// Finds them anew at the first, second, fourth, eighth … call: centroids move less and less. O(k² · dimensions).
    /// </summary>
    public void Follow(RowMatrix<float> centroids)
    {
        if (BitOperations.IsPow2(++_calls))
        {
            Update(centroids);
        }
    }

    private void Update(RowMatrix<float> centroids)
    {
        RowAddresses<float> addresses = centroids.Addresses;
        rows.InParts(centroidCount, CentroidsPerPart, (start, end) =>
        {
            var distances = new float[centroidCount];
            var nearest = new TopK(Length);
            for (int centroid = start; centroid < end; centroid++)
            {
                rows.Kernel.Score(addresses.Span(centroid, rows.Dimensions), addresses, _all, distances);

                // Before all others, even those at the same place.
                distances[centroid] = -1;
                Select(distances, nearest, _lists.AsSpan(centroid * Length, Length));
            }
        });
    }

    private static void Select(ReadOnlySpan<float> distances, TopK nearest, Span<Ordinal> list)
    {
        nearest.Reset(list.Length);
        for (int i = 0; i < distances.Length; i++)
        {
            if (distances[i] <= nearest.Worst)
            {
                nearest.Push(distances[i], new Ordinal(i));
            }
        }

        ReadOnlySpan<Scored> sorted = nearest.Sorted();
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = sorted[i].Ordinal;
        }

        list.Sort((left, right) => left.Value.CompareTo(right.Value));
    }
}
