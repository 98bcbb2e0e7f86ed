using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Memory;

namespace Vesper.Micro.Memory;

/// <summary>
/// Reading elements of a <c>NativeBuffer</c> beside a managed array. The buffer's access is checked as well, so it is
/// not to be faster: it shows what aligned memory outside the collector's heap costs.
/// </summary>
public class BufferAccess
{
    private const int Length = 4_096;

    private readonly MemoryScope _scope = new("micro");
    private readonly int[] _array = [.. Enumerable.Range(0, Length)];
    private NativeBuffer<int> _buffer = null!;

    /// <summary>Fills the buffer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _buffer = new NativeBuffer<int>(Length, _scope);
        _array.CopyTo(_buffer.Slice(0, Length));
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Cleanup() => _buffer.Dispose();

    /// <summary>A managed array.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Length)]
    public int Array()
    {
        var sum = 0;
        for (var i = 0; i < _array.Length; i++)
        {
            sum += _array[i];
        }

        return sum;
    }

    /// <summary>The buffer, element by element.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public int Indexer()
    {
        var sum = 0;
        for (var i = 0; i < Length; i++)
        {
            sum += _buffer[i];
        }

        return sum;
    }

    /// <summary>The buffer through a span.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public int Slice()
    {
        var sum = 0;
        foreach (var value in _buffer.Slice(0, Length))
        {
            sum += value;
        }

        return sum;
    }
}
