using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Scoring;

/// <summary>Finds the nearest centroid of each row, by squared L2.</summary>
/// <remarks>
/// Thread-safe. Exact means: the centroid with the smallest squared L2 distance as the pair kernel of this process
/// computes it directly, Σ(x − c)², the lowest number among equals. Expanded forms only screen.
/// </remarks>
public interface IAssigner : IDisposable
{
    /// <summary>Elements of a row.</summary>
    int Dimensions { get; }

    /// <summary>Centroids.</summary>
    int Count { get; }

    /// <summary>Whether the answers are exact.</summary>
    bool IsExact { get; }

    /// <summary>What was done so far, by all threads.</summary>
    AssignerStatistics Statistics { get; }

    /// <summary>
    /// The nearest centroid of the rows from <paramref name="start"/> on, on this thread; most efficient in blocks of
    /// some hundred rows.
    /// </summary>
    /// <param name="rows">Columns ≥ dimensions; further columns are not looked at.</param>
    /// <param name="start">The first row.</param>
    /// <param name="nearest">As many as rows are wanted: centroid numbers.</param>
    /// <param name="distances">As long: squared L2 distances.</param>
    void Assign(RowMatrix<float> rows, int start, Span<int> nearest, Span<float> distances);
}

/// <summary>Counters of an assigner.</summary>
/// <param name="Assignments">Rows that were assigned.</param>
/// <param name="DistancesComputed">Full distances, of rows to centroids or to nodes of a tree.</param>
/// <param name="Pruned">Centroids that a bound excluded, summed over rows.</param>
public readonly record struct AssignerStatistics(long Assignments, long DistancesComputed, long Pruned);
