using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>Every row against every centroid. O(n · k · dimensions).</summary>
internal sealed class LloydStep(TrainingRows rows) : IAssignmentStep
{
    public bool IsExact => true;

    public void Assign(RowMatrix<float> centroids, Clusters clusters) =>
        rows.FindNearest(centroids, clusters.Nearest, clusters.Distances);

    public void Dispose()
    {
    }
}
