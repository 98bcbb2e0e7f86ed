using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Quantization.Kernels;

namespace Vesper.Micro.Quantization;

/// <summary>
/// One row of 128 dimensions encoded. Justifies the unchecked loads of <c>CodebookKernel</c>: the baseline is the same
/// tile one float at a time.
/// </summary>
public class ProductEncode
{
    private const int Dimensions = 128;
    private const int Rows = 256;

    private readonly float[] _rows = new float[Rows * Dimensions];
    private ProductCodebooks[] _codebooks = null!;
    private byte[] _codes = null!;

    /// <summary>Parts of a row, 8 bits each.</summary>
    [Params(16, 32)]
    public int Parts { get; set; }

    /// <summary>Draws rows and codewords.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var centroids = new float[Dimensions * 256];
        Fill(random, centroids);
        Fill(random, _rows);
        _codebooks =
        [
            .. CodebookKernel.All.Select(kernel => new ProductCodebooks(Dimensions, (Parts, 8), centroids, kernel)),
        ];
        _codes = new byte[Rows * Parts];
    }

    /// <summary>One float at a time.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public byte Scalar() => Encode(0);

    /// <summary>8 rows at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public byte Bits128() => Encode(1);

    /// <summary>16 rows at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public byte Bits256() => Encode(2);

    /// <summary>32 rows at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public byte Bits512() => Encode(3);

    private byte Encode(int width)
    {
        _codebooks[width].Encode(_rows, _codes);
        return _codes[^1];
    }

    private static void Fill(Random random, Span<float> into)
    {
        foreach (ref var value in into)
        {
            value = random.NextSingle() - 0.5f;
        }
    }
}
