using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Measures every centroid: the definition of exact, and the yardstick of the others.</summary>
/// <remarks>O(centroids × dimensions) a row. Thread-safe.</remarks>
public sealed class BruteAssigner : IAssigner
{
    private readonly PackedRows _centroids;
    private readonly AssignerCounters _counters = new();

    /// <summary>Over centroids.</summary>
    /// <param name="centroids">At least one, finite; outlives the assigner and does not change.</param>
    /// <param name="dimensions">Columns to look at, ≥ 1.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="ArgumentException">There are no centroids, or one is not finite or too short.</exception>
    public BruteAssigner(RowMatrix<float> centroids, int dimensions, MemoryScope scope)
    {
        AssignerArguments.CheckCentroids(centroids, dimensions);
        _centroids = new PackedRows(centroids, dimensions, scope);
        Dimensions = dimensions;
        Count = centroids.Count;
    }

    /// <inheritdoc/>
    public int Dimensions { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public AssignerStatistics Statistics => _counters.Statistics;

    /// <inheritdoc/>
    public void Assign(RowMatrix<float> rows, int start, Span<int> nearest, Span<float> distances)
    {
        AssignerArguments.CheckRows(rows, Dimensions, (start, nearest.Length), distances.Length);
        ManyToMany.Nearest(rows, start, _centroids, nearest, distances);
        _counters.Add(nearest.Length, (long)nearest.Length * Count, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _centroids.Dispose();
}
