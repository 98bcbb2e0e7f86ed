using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Kernels;

/// <summary>
/// Distances where the dimensions are no multiple of the vector. Justifies the masked last load of the lanes
/// (<c>LoadTail</c>): the baseline folds the last elements one by one, all of it checked; another way copies them into
/// a vector.
/// </summary>
public class TailLoads
{
    private const int RowCount = 32;

    private readonly Ordinal[] _ordinals = AlignedRows.InOrder(RowCount);
    private readonly float[] _distances = new float[RowCount];
    private AlignedRows _rows = null!;
    private SafeKernel _safe = null!;
    private FloatKernel _staged = null!;
    private FloatKernel _masked = null!;

    /// <summary>Bits of a vector.</summary>
    [ParamsSource(nameof(Widths))]
    public int WidthBits { get; set; }

    /// <summary>Elements of a vector.</summary>
    [Params(17, 100, 127)]
    public int Dimensions { get; set; }

    /// <summary>Widths of this processor.</summary>
    public static IEnumerable<int> Widths =>
        KernelTable.All.Where(row => row is { IsSupported: true, WidthBits: > 32 }).Select(row => row.WidthBits);

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rows = new AlignedRows(RowCount, Dimensions);
        _safe = SafeKernel.Of<SquaredL2Fold>(WidthBits);
        _masked = AlignedRows.Kernel($"{WidthBits}", Metric.L2);
        _staged = WidthBits switch
        {
            512 => new PairKernel<StagedTail<Lanes512, Vector512<float>>, Vector512<float>, SquaredL2Fold>(),
            256 => new PairKernel<StagedTail<Lanes256, Vector256<float>>, Vector256<float>, SquaredL2Fold>(),
            _ => new PairKernel<StagedTail<Lanes128, Vector128<float>>, Vector128<float>, SquaredL2Fold>(),
        };
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _rows.Dispose();

    /// <summary>One by one.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount)]
    public float Safe()
    {
        for (var i = 0; i < _distances.Length; i++)
        {
            _distances[i] = _safe.Distance(_rows.Query, _rows.Matrix.Row(i));
        }

        return _distances[^1];
    }

    /// <summary>Through a copy.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Staged() => Score(_staged);

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Masked() => Score(_masked);

    private float Score(FloatKernel kernel)
    {
        kernel.Score(_rows.Query, _rows.Matrix.Addresses, _ordinals, _distances);
        return _distances[^1];
    }
}
