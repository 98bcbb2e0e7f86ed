using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Memory;

/// <summary>Finding where a row starts, rows at random in the cache. Justifies <c>RowAddresses</c>.</summary>
public class RowAccess
{
    private const int RowCount = 1_024;
    private const int Columns = 16;

    private AlignedRows _rows = null!;
    private float[][] _arrays = null!;
    private Ordinal[] _ordinals = null!;

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rows = new AlignedRows(RowCount, Columns);
        _arrays = [.. Enumerable.Range(0, RowCount).Select(i => _rows.Matrix.Row(i).ToArray())];
        _ordinals = AlignedRows.Shuffled(RowCount);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _rows.Dispose();

    /// <summary>The checked way that the matrix offers to all.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount)]
    public float Safe()
    {
        float sum = 0;
        foreach (var ordinal in _ordinals)
        {
            sum += _rows.Matrix.Row(ordinal.Value)[0];
        }

        return sum;
    }

    /// <summary>An array of its own for each row.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Arrays()
    {
        float sum = 0;
        foreach (var ordinal in _ordinals)
        {
            sum += _arrays[ordinal.Value][0];
        }

        return sum;
    }

    /// <summary>The kernels' way.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float Addresses()
    {
        var addresses = _rows.Matrix.Addresses;
        float sum = 0;
        foreach (var ordinal in _ordinals)
        {
            sum += addresses[ordinal.Value];
        }

        return sum;
    }

    /// <summary>A span over the row, as readers outside the kernels take it.</summary>
    [Benchmark(OperationsPerInvoke = RowCount)]
    public float AddressSpans()
    {
        var addresses = _rows.Matrix.Addresses;
        float sum = 0;
        foreach (var ordinal in _ordinals)
        {
            sum += addresses.Span(ordinal.Value, Columns)[0];
        }

        return sum;
    }
}
