using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>
/// Centroids sorted into groups of neighbours: rows near one leader meet their likely centroids first.
/// </summary>
/// <remarks>A few steps of Lloyd from evenly spaced centroids; only speed depends on how good the groups are.</remarks>
internal sealed class CentroidGroups : IDisposable
{
    private const int Steps = 4;

    /// <summary>Groups centroids. O(4 × centroids × leaders × dimensions).</summary>
    /// <param name="centroids">At least one.</param>
    /// <param name="dimensions">Columns to look at.</param>
    /// <param name="leaders">Groups, at most as many as centroids.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    public CentroidGroups(RowMatrix<float> centroids, int dimensions, int leaders, MemoryScope scope)
    {
        Leaders = new RowMatrix<float>(dimensions, scope);
        for (int leader = 0; leader < leaders; leader++)
        {
            int row = (int)((long)leader * centroids.Count / leaders);
            Leaders.Append(centroids.Row(row)[..dimensions]);
        }

        var groups = new int[centroids.Count];
        var distances = new float[centroids.Count];
        using var packed = new PackedRows(Leaders, dimensions, scope);
        ManyToMany.Nearest(centroids, 0, packed, groups, distances);
        for (int step = 0; step < Steps; step++)
        {
            MoveLeaders(centroids, groups);
            packed.Repack();
            ManyToMany.Nearest(centroids, 0, packed, groups, distances);
        }

        Numbers = [.. Enumerable.Range(0, groups.Length).OrderBy(number => groups[number])];
        Starts = new int[leaders];
        for (int leader = 0; leader < leaders; leader++)
        {
            Starts[leader] = groups.Count(group => group < leader);
        }
    }

    /// <summary>Means of the groups.</summary>
    public RowMatrix<float> Leaders { get; }

    /// <summary>Numbers of the centroids, group by group.</summary>
    public int[] Numbers { get; }

    /// <summary>Where each group starts in <see cref="Numbers"/>.</summary>
    public int[] Starts { get; }

    /// <inheritdoc/>
    public void Dispose() => Leaders.Dispose();

    private void MoveLeaders(RowMatrix<float> centroids, int[] groups)
    {
        int dimensions = Leaders.Columns;
        var sums = new double[Leaders.Count * dimensions];
        var counts = new int[Leaders.Count];
        for (int number = 0; number < groups.Length; number++)
        {
            Span<double> sum = sums.AsSpan(groups[number] * dimensions, dimensions);
            ReadOnlySpan<float> row = centroids.Row(number);
            for (int i = 0; i < dimensions; i++)
            {
                sum[i] += row[i];
            }

            counts[groups[number]]++;
        }

        for (int leader = 0; leader < counts.Length; leader++)
        {
            for (int i = 0; i < dimensions && counts[leader] > 0; i++)
            {
                Leaders.Row(leader)[i] = (float)(sums[leader * dimensions + i] / counts[leader]);
            }
        }
    }
}
