using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>Trained centroids, and how good they are. Immutable, thread-safe; owns the centroids.</summary>
public sealed class KMeansResult : IDisposable
{
    private readonly int[] _assignments;
    private readonly int[] _sizes;

    internal KMeansResult(RowMatrix<float> centroids, Clusters clusters, int iterations, int emptyRepairs)
    {
        Centroids = centroids;
        _assignments = clusters.Nearest;
        _sizes = clusters.CountSizes();
        Inertia = clusters.Inertia();
        Iterations = iterations;
        EmptyRepairs = emptyRepairs;
        double squares = 0;
        foreach (int size in _sizes)
        {
            squares += (double)size * size;
        }

        Imbalance = _sizes.Length * squares / ((double)_assignments.Length * _assignments.Length);
    }

    /// <summary>k rows of as many columns as there are dimensions.</summary>
    public RowMatrix<float> Centroids { get; }

    /// <summary>The centroid of each row of the training: the nearest, unless the clusters are balanced.</summary>
    public ReadOnlySpan<int> Assignments => _assignments;

    /// <summary>Rows of each centroid.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>Sum of the squared distances from all rows to their centroids; +∞ past the range of float.</summary>
    public double Inertia { get; }

    /// <summary>
    /// k · Σ nᵢ² / n² over the sizes: 1 when all are equal, k when one has all rows. What a scan of the nearest lists
    /// costs, relative to equal lists.
    /// </summary>
    public double Imbalance { get; }

    /// <summary>Times the centroids were moved, in the restart that was kept.</summary>
    public int Iterations { get; }

    /// <summary>Centroids without rows that were given a new place, in the restart that was kept.</summary>
    public int EmptyRepairs { get; }

    /// <summary>What a user should know: too few rows, centroids left without rows.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <inheritdoc/>
    public void Dispose() => Centroids.Dispose();
}
