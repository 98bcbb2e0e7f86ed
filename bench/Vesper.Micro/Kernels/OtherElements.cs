using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Kernels;

/// <summary>
/// Distances of rows of bytes, halves and bits in cache. Justifies the unchecked loads of their bodies: the baselines
/// are checked loops over spans and the runtime's functions.
/// </summary>
public class OtherElements
{
    private const int RowCount = 16;

    private readonly MemoryScope _scope = new("micro");
    private readonly Ordinal[] _ordinals = AlignedRows.InOrder(RowCount);
    private readonly int[] _distances = new int[RowCount];
    private readonly float[] _ofHalves = new float[RowCount];
    private RowMatrix<byte> _bytes = null!;
    private RowMatrix<Half> _halves = null!;
    private float[] _query = null!;
    private float[] _widened = null!;

    /// <summary>Elements of a vector.</summary>
    [Params(100, 128, 768)]
    public int Dimensions { get; set; }

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _bytes = new RowMatrix<byte>(Dimensions, _scope);
        _halves = new RowMatrix<Half>(Dimensions, _scope);
        var row = new byte[Dimensions];
        for (var i = 0; i < RowCount; i++)
        {
            random.NextBytes(row);
            _bytes.Append(row);
            _halves.Append([.. row.Select(value => (Half)value)]);
        }

        _query = [.. row.Select(value => (float)value)];
        _widened = new float[Dimensions];
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _bytes.Dispose();
        _halves.Dispose();
    }

    /// <summary>Squared L2 of bytes by a checked loop.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount)]
    public int SafeBytes()
    {
        ReadOnlySpan<byte> query = _bytes.Row(0);
        for (var i = 0; i < RowCount; i++)
        {
            ReadOnlySpan<byte> row = _bytes.Row(i);
            var sum = 0;
            for (var d = 0; d < query.Length; d++)
            {
                var difference = query[d] - row[d];
                sum += difference * difference;
            }

            _distances[i] = sum;
        }

        return _distances[^1];
    }

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public int Bytes()
    {
        KernelTable.Current.Bytes.SquaredL2.Score(_bytes.Row(0), _bytes.Addresses, _ordinals, _distances);
        return _distances[^1];
    }

    /// <summary>Squared L2 of halves, widened by the runtime first.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float TensorHalves()
    {
        for (var i = 0; i < RowCount; i++)
        {
            TensorPrimitives.ConvertToSingle(_halves.Row(i), _widened);
            _ofHalves[i] = KernelTable.Current.SquaredL2.Distance(_query, _widened);
        }

        return _ofHalves[^1];
    }

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Halves()
    {
        KernelTable.Current.Halves.SquaredL2.Score(_query, _halves.Addresses, _ordinals, _ofHalves);
        return _ofHalves[^1];
    }

    /// <summary>Differing bits by the runtime's function.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public long TensorBits()
    {
        long sum = 0;
        for (var i = 0; i < RowCount; i++)
        {
            sum += TensorPrimitives.HammingBitDistance<byte>(_bytes.Row(0), _bytes.Row(i));
        }

        return sum;
    }

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public int Bits()
    {
        KernelTable.Current.Hamming.Score(_bytes.Row(0), _bytes.Addresses, _ordinals, _distances);
        return _distances[^1];
    }
}
