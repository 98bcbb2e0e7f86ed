using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Micro.Kernels;

/// <summary>
/// A block of rows to their nearest of 1,024 centroids. Justifies the integer tiles (<c>ScreenTile12</c>,
/// <c>ScreenTile6</c>) and the projection (<c>AxisKernel</c>) with their unchecked loads: the baseline is the fused
/// float tile. The energy of the rows falls from element to element, as it does in data where a projection pays.
/// </summary>
public class NearestCentroid
{
    private const int CentroidCount = 1024;
    private const int RowCount = 960;
    private const int Dimensions = 128;
    private const float Falling = 0.96f;

    private readonly MemoryScope _scope = new("micro");
    private readonly int[] _nearest = new int[RowCount];
    private readonly float[] _distances = new float[RowCount];
    private RowMatrix<float> _centroids = null!;
    private RowMatrix<float> _rows = null!;
    private IAssigner _assigner = null!;

    /// <summary>Which assigner.</summary>
    [Params(CoarseAssigner.Brute, CoarseAssigner.Screen, CoarseAssigner.Projection, CoarseAssigner.KDTree)]
    public CoarseAssigner Kind { get; set; }

    /// <summary>Draws rows and centroids.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _centroids = Draw(random, CentroidCount);
        _rows = Draw(random, RowCount);
        _assigner = AutoAssigner.Make(Kind, _centroids, Dimensions, _rows, _scope);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _assigner.Dispose();
        _centroids.Dispose();
        _rows.Dispose();
    }

    /// <summary>A row.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Assign()
    {
        _assigner.Assign(_rows, 0, _nearest, _distances);
        return _distances[^1];
    }

    private RowMatrix<float> Draw(Random random, int count)
    {
        var rows = new RowMatrix<float>(Dimensions, _scope);
        for (var i = 0; i < count; i++)
        {
            rows.Append([.. Enumerable.Range(0, Dimensions)
                .Select(at => (2 * random.NextSingle() - 1) * MathF.Pow(Falling, at))]);
        }

        return rows;
    }
}
