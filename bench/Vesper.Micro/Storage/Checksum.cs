using System.Numerics;
using BenchmarkDotNet.Attributes;
using Vesper.Storage.Formats;

namespace Vesper.Micro.Storage;

/// <summary>CRC-32C of a record, a page and a block.</summary>
public class Checksum
{
    private byte[] _bytes = null!;

    /// <summary>Bytes.</summary>
    [Params(64, 4_096, 65_536)]
    public int Bytes { get; set; }

    /// <summary>Draws the bytes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[Bytes];
        new Random(1).NextBytes(_bytes);
    }

    /// <summary>One byte at a time, with the processor's instruction.</summary>
    [Benchmark(Baseline = true)]
    public uint ByteByByte()
    {
        var state = uint.MaxValue;
        foreach (var value in _bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return ~state;
    }

    /// <summary>The engine's.</summary>
    [Benchmark]
    public uint Engine() => Crc32C.Compute(_bytes);
}
