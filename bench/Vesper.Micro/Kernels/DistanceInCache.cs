using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Kernels;

/// <summary>
/// One distance, query and rows in the first cache. Justifies the unchecked loads of <c>PairKernel</c> and the lanes:
/// the baseline is the same body over spans.
/// </summary>
public class DistanceInCache
{
    private const int RowCount = 4;
    private const int Rounds = 8;

    private readonly Ordinal[] _ordinals = AlignedRows.InOrder(RowCount);
    private readonly float[] _distances = new float[RowCount];
    private AlignedRows _rows = null!;
    private float[] _difference = null!;
    private SafeKernel _safe = null!;
    private FloatKernel _scalar = null!;
    private FloatKernel _bits128 = null!;
    private FloatKernel _bits256 = null!;
    private FloatKernel _bits512 = null!;

    /// <summary>How nearness is measured. Cosine is a dot product here.</summary>
    [Params(Metric.L2, Metric.Dot, Metric.Manhattan)]
    public Metric Metric { get; set; }

    /// <summary>Elements of a vector.</summary>
    [Params(100, 128, 384, 768, 1536)]
    public int Dimensions { get; set; }

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rows = new AlignedRows(RowCount, Dimensions);
        _difference = new float[Dimensions];
        _safe = SafeKernel.Widest(Metric);
        _scalar = AlignedRows.Kernel("scalar", Metric);
        _bits128 = AlignedRows.Kernel("128", Metric);
        _bits256 = AlignedRows.Kernel("256", Metric);
        _bits512 = AlignedRows.Kernel("512", Metric);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _rows.Dispose();

    /// <summary>Checked access at the widest vectors.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount * Rounds)]
    public float Safe()
    {
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < _distances.Length; i++)
            {
                _distances[i] = _safe.Distance(_rows.Query, _rows.Matrix.Row(i));
            }
        }

        return _distances[^1];
    }

    /// <summary>One float at a time.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float Scalar() => Score(_scalar);

    /// <summary>4 floats at a time.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float Bits128() => Score(_bits128);

    /// <summary>8 floats at a time.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float Bits256() => Score(_bits256);

    /// <summary>16 floats at a time.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float Bits512() => Score(_bits512);

    /// <summary>The runtime's vector functions; for L1 a difference, then the sum of its magnitudes.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float Tensors()
    {
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < _distances.Length; i++)
            {
                _distances[i] = OfTensors(_rows.Query, _rows.Matrix.Row(i));
            }
        }

        return _distances[^1];
    }

    private float OfTensors(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        switch (Metric)
        {
            case Metric.L2:
                return TensorPrimitives.Distance(left, right);
            case Metric.Dot:
                return -TensorPrimitives.Dot(left, right);
            default:
                TensorPrimitives.Subtract(left, right, _difference);
                return TensorPrimitives.SumOfMagnitudes<float>(_difference);
        }
    }

    private float Score(FloatKernel kernel)
    {
        for (var round = 0; round < Rounds; round++)
        {
            kernel.Score(_rows.Query, _rows.Matrix.Addresses, _ordinals, _distances);
        }

        return _distances[^1];
    }
}
