using BenchmarkDotNet.Attributes;
using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Micro.Indexing;

/// <summary>FNV-1a of the exchange file: one hash, and a section's and the file's over the same bytes.</summary>
public class ExchangeHash
{
    private byte[] _bytes = null!;

    /// <summary>Bytes.</summary>
    [Params(4_096, 1 << 20)]
    public int Bytes { get; set; }

    /// <summary>Draws the bytes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[Bytes];
        new Random(1).NextBytes(_bytes);
    }

    /// <summary>As it is defined.</summary>
    [Benchmark(Baseline = true)]
    public ulong ByteByByte() => Fnv1a64.AppendBytes(Fnv1a64.Basis, _bytes);

    /// <summary>Two, interleaved.</summary>
    [Benchmark]
    public (ulong First, ulong Second) TwoByteByByte() => Fnv1a64.AppendBytes(Fnv1a64.Basis, 1, _bytes);

    /// <summary>The file's.</summary>
    [Benchmark]
    public ulong Engine() => Fnv1a64.Append(Fnv1a64.Basis, _bytes);

    /// <summary>Two, as loading does it.</summary>
    [Benchmark]
    public (ulong First, ulong Second) TwoEngine() => Fnv1a64.Append(Fnv1a64.Basis, 1, _bytes);
}
