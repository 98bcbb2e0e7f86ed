using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>What every assigner asks of its arguments.</summary>
internal static class AssignerArguments
{
    /// <summary>Checks centroids: there are some, wide enough and finite. O(centroids × dimensions).</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void CheckCentroids(RowMatrix<float> centroids, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(centroids);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, centroids.Columns);
        ArgumentOutOfRangeException.ThrowIfZero(centroids.Count, nameof(centroids));
        for (int row = 0; row < centroids.Count; row++)
        {
            ReadOnlySpan<float> centroid = centroids.Row(row)[..dimensions];
            int bad = VectorMath.IndexOfNotFinite(centroid);
            if (bad >= 0)
            {
                throw new ArgumentException($"Centroid {row} has the element {centroid[bad]}.", nameof(centroids));
            }
        }
    }

    /// <summary>Checks a call: the rows exist, are wide enough, and both results are as long.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void CheckRows(
        RowMatrix<float> rows, int dimensions, (int Start, int Count) range, int distances)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Columns, dimensions, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfNegative(range.Start, "start");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Start, rows.Count - range.Count, "start");
        ArgumentOutOfRangeException.ThrowIfNotEqual(distances, range.Count, nameof(distances));
    }
}
