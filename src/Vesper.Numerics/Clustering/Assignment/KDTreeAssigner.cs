using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Exact nearest centroids by a k-d tree: a box that is farther than the best centroid is passed by.</summary>
/// <remarks>
/// Worth its while in few dimensions; beyond some twenty nearly every box must be opened, and brute force is faster.
/// A box is passed by when its computed distance b² exceeds (D + η)·(1 + γ)/(1 − γ), D the best computed distance, with
/// γ and η as in <see cref="ScreenAssigner"/>: then each centroid in it has a computed distance above D. Thread-safe.
/// </remarks>
public sealed class KDTreeAssigner : IAssigner
{
    private readonly KDTree _tree;
    private readonly bool _isBatch;
    private readonly AssignerCounters _counters = new();

    /// <summary>Builds the tree.</summary>
    /// <param name="centroids">At least one, finite.</param>
    /// <param name="dimensions">Columns to look at, ≥ 1.</param>
    /// <param name="options">Leaf size, split, batch mode.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="ArgumentException">
    /// There are no centroids, or one is not finite or too short, or an option is out of range.
    /// </exception>
    public KDTreeAssigner(RowMatrix<float> centroids, int dimensions, KDTreeOptions options, MemoryScope scope)
    {
        AssignerArguments.CheckCentroids(centroids, dimensions);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Dimensions = dimensions;
        Count = centroids.Count;
        _tree = new KDTree(centroids, dimensions, options, scope);
        _isBatch = options.IsBatch;
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
        var walk = new KDTreeWalk(_tree, rows, start, nearest.Length);
        if (_isBatch)
        {
            walk.SearchTogether();
        }
        else
        {
            walk.SearchEach();
        }

        for (int i = 0; i < nearest.Length; i++)
        {
            (nearest[i], distances[i]) = walk[i];
        }

        long pruned = (long)nearest.Length * Count - walk.Leaves;
        _counters.Add(nearest.Length, walk.Leaves + walk.Boxes, pruned);
    }

    /// <inheritdoc/>
    public void Dispose() => _tree.Dispose();
}
