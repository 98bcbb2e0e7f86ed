using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Kernels;

/// <summary>
/// Distances of vectors that are shorter than a SIMD vector. Justifies <c>PairKernel</c>'s unchecked loop over single
/// floats.
/// </summary>
public class ShortVectors
{
    private const int RowCount = 32;

    private readonly Ordinal[] _ordinals = AlignedRows.InOrder(RowCount);
    private readonly float[] _distances = new float[RowCount];
    private AlignedRows _rows = null!;
    private FloatKernel _kernel = null!;

    /// <summary>Elements of a vector.</summary>
    [Params(2, 3, 7)]
    public int Dimensions { get; set; }

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rows = new AlignedRows(RowCount, Dimensions);
        _kernel = KernelTable.Current.SquaredL2;
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _rows.Dispose();

    /// <summary>Checked access.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount)]
    public float Safe()
    {
        ReadOnlySpan<float> query = _rows.Query;
        for (var i = 0; i < _distances.Length; i++)
        {
            ReadOnlySpan<float> row = _rows.Matrix.Row(i);
            float sum = 0;
            for (var j = 0; j < query.Length && j < row.Length; j++)
            {
                var difference = query[j] - row[j];
                sum += difference * difference;
            }

            _distances[i] = sum;
        }

        return _distances[^1];
    }

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Kernel()
    {
        _kernel.Score(_rows.Query, _rows.Matrix.Addresses, _ordinals, _distances);
        return _distances[^1];
    }
}
