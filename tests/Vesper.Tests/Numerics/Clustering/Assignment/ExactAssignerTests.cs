using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Tests.Conformance;

namespace Vesper.Tests.Numerics.Clustering.Assignment;

public sealed class BruteAssignerTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        AutoAssigner.Make(CoarseAssigner.Brute, centroids, dimensions, sample, scope);
}

public sealed class ScreenAssignerTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        AutoAssigner.Make(CoarseAssigner.Screen, centroids, dimensions, sample, scope);
}

public sealed class ScreenWithoutSampleTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        ScreenAssigner.OverAllDimensions(centroids, dimensions, null, scope);
}

public sealed class ProjectionOfOneAxisTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        ScreenAssigner.OverPrincipalAxes(centroids, dimensions, 1, sample, scope);
}

public sealed class ProjectionOfAllAxesTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        ScreenAssigner.OverPrincipalAxes(centroids, dimensions, Math.Min(dimensions, 100), sample, scope);
}

public sealed class ChosenProjectionTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        AutoAssigner.Make(CoarseAssigner.Projection, centroids, dimensions, sample, scope);
}

public sealed class AutoAssignerConformanceTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        AutoAssigner.Make(CoarseAssigner.Auto, centroids, dimensions, sample, scope);
}

public sealed class KDTreeAssignerTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope) =>
        AutoAssigner.Make(CoarseAssigner.KDTree, centroids, dimensions, sample, scope);
}

public sealed class KDTreeTogetherTests : AssignerConformance
{
    protected override IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope)
    {
        var options = new KDTreeOptions { LeafSize = 1, Split = KDTreeSplit.Extent, IsBatch = true };
        return new KDTreeAssigner(centroids, dimensions, options, scope);
    }
}
