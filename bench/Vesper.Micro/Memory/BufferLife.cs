using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Memory;

namespace Vesper.Micro.Memory;

/// <summary>
/// Making and freeing zeroed blocks, beside managed arrays. Justifies <c>NativeBuffer</c>'s own allocation: large
/// blocks are zeroed by the system page by page when they are touched.
/// </summary>
public class BufferLife
{
    private readonly MemoryScope _scope = new("micro");

    /// <summary>Bytes of the block.</summary>
    [Params(4 << 10, 256 << 10, 16 << 20)]
    public int Bytes { get; set; }

    /// <summary>A managed array, left to the collector.</summary>
    [Benchmark(Baseline = true)]
    public byte Array()
    {
        var array = new byte[Bytes];
        array[Bytes / 2] = 1;
        return array[^1];
    }

    /// <summary>A managed array of the heap that does not move, as an aligned one would need.</summary>
    [Benchmark]
    public byte PinnedArray()
    {
        var array = GC.AllocateArray<byte>(Bytes, pinned: true);
        array[Bytes / 2] = 1;
        return array[^1];
    }

    /// <summary>The engine's.</summary>
    [Benchmark]
    public byte Native()
    {
        using var buffer = new NativeBuffer<byte>(Bytes, _scope);
        buffer[Bytes / 2] = 1;
        return buffer[Bytes - 1];
    }
}
