using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;

namespace Vesper.Micro.Kernels;

/// <summary>
/// The nearest of many targets for a block of rows. Justifies the unchecked tiles: the baseline is the pair kernel,
/// row by row.
/// </summary>
public class NearestOfMany
{
    private const int RowCount = 480;

    private readonly MemoryScope _scope = new("micro");
    private readonly int[] _nearest = new int[RowCount];
    private readonly float[] _distances = new float[RowCount];
    private AlignedRows _rows = null!;
    private AlignedRows _targets = null!;
    private float[] _ofTargets = null!;

    /// <summary>Targets.</summary>
    [Params(1024, 4096)]
    public int Targets { get; set; }

    /// <summary>Elements of a vector.</summary>
    [Params(100, 128, 768)]
    public int Dimensions { get; set; }

    /// <summary>Draws rows and targets.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rows = new AlignedRows(RowCount, Dimensions);
        _targets = new AlignedRows(Targets, Dimensions);
        _ofTargets = new float[Targets];
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _rows.Dispose();
        _targets.Dispose();
    }

    /// <summary>One row after the other, by the pair kernel.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount)]
    public int Pairs()
    {
        var ordinals = AlignedRows.InOrder(Targets);
        for (var i = 0; i < RowCount; i++)
        {
            KernelTable.Current.SquaredL2.Score(_rows.Matrix.Row(i), _targets.Matrix.Addresses, ordinals, _ofTargets);
            _nearest[i] = Array.IndexOf(_ofTargets, _ofTargets.Min());
        }

        return _nearest[^1];
    }

    /// <summary>4 floats at a time.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public int Bits128() => Tiles("128");

    /// <summary>8 floats at a time.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public int Bits256() => Tiles("256");

    /// <summary>16 floats at a time.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public int Bits512() => Tiles("512");

    // Packing is part of it: so it is in an iteration of k-means.
    private int Tiles(string width)
    {
        var kernels = KernelTable.Choose(width);
        using var packed = new PackedRows(_targets.Matrix, Dimensions, _scope, kernels);
        ManyToMany.Nearest(_rows.Matrix, 0, packed, _nearest, _distances);
        return _nearest[^1];
    }
}
