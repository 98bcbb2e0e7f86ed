using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Scoring;

/// <summary>
/// Cosine distances of rows in the cache: a dot product and the stored inverse norm behind the row. Justifies
/// <c>FloatScorer</c>'s unchecked look at that column.
/// </summary>
public class CosineFinish
{
    private const int RowCount = 32;

    private readonly Ordinal[] _ordinals = AlignedRows.InOrder(RowCount);
    private readonly float[] _distances = new float[RowCount];
    private AlignedRows _rows = null!;
    private FloatKernel _dot = null!;
    private IScorer _scorer = null!;
    private float _inverseNorm;

    /// <summary>Elements of a vector.</summary>
    [Params(128, 384)]
    public int Dimensions { get; set; }

    /// <summary>Draws the rows; their last column passes for an inverse norm.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rows = new AlignedRows(RowCount, FloatScorers.ColumnsFor(Metric.Cosine, Dimensions));
        for (var i = 0; i < RowCount; i++)
        {
            var row = _rows.Matrix.Row(i);
            row[^1] = FloatScorers.InverseNorm(row[..^1]);
        }

        _dot = KernelTable.Current.NegatedDot;
        _inverseNorm = FloatScorers.InverseNorm(Query);
        _scorer = new FloatScorers(Metric.Cosine, Dimensions, _rows.Matrix).ForQuery(Query);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _scorer.Dispose();
        _rows.Dispose();
    }

    private ReadOnlySpan<float> Query => _rows.Query[..Dimensions];

    /// <summary>The engine's dot products, finished with checked access.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount)]
    public float Safe()
    {
        _dot.Score(Query, _rows.Matrix.Addresses, _ordinals, _distances);
        for (var i = 0; i < _ordinals.Length; i++)
        {
            var inverse = _rows.Matrix.Row(_ordinals[i].Value)[Dimensions];
            _distances[i] = inverse is >= 1e-15f and <= 1e15f ? 1 + _distances[i] * (_inverseNorm * inverse) : 1;
        }

        return _distances[^1];
    }

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Scorer()
    {
        _scorer.Score(_ordinals, _distances);
        return _distances[^1];
    }
}
