using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>One way to assign all rows to centroids that have moved since the last assignment.</summary>
internal interface IAssignmentStep : IDisposable
{
    /// <summary>Whether it finds the nearest centroid, the lowest number among equals, of every row.</summary>
    bool IsExact { get; }

    /// <summary>Writes the centroid and the squared distance of every row.</summary>
    /// <param name="centroids">Where they are now.</param>
    /// <param name="clusters">The last assignment, grouped; undefined before the first, which is an exact one.</param>
    void Assign(RowMatrix<float> centroids, Clusters clusters);
}
