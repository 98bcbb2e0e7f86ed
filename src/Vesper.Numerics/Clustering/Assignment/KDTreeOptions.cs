namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>How a <see cref="KDTreeAssigner"/> is built and walked.</summary>
public sealed record KDTreeOptions
{
    /// <summary>Most centroids of a leaf, ≥ 1.</summary>
    public int LeafSize { get; init; } = 16;

    /// <summary>Which dimension a node is cut across.</summary>
    public KDTreeSplit Split { get; init; } = KDTreeSplit.Variance;

    /// <summary>
    /// Whether the rows of a block walk together: a node's box is then in the cache for all rows that it may concern.
    /// </summary>
    public bool IsBatch { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LeafSize);
        if (!Enum.IsDefined(Split))
        {
            throw new ArgumentOutOfRangeException(nameof(Split), Split, "Not a way to split.");
        }
    }
}

/// <summary>Which dimension a node of a k-d tree is cut across, at the median.</summary>
public enum KDTreeSplit
{
    /// <summary>The one with the largest variance.</summary>
    Variance,

    /// <summary>The one in which the box is longest.</summary>
    Extent,
}
