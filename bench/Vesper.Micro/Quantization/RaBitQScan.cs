using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Quantization.RaBitQ;
using Vesper.Numerics.Scoring;

namespace Vesper.Micro.Quantization;

/// <summary>
/// The steps of a RaBitQ scan, in cache: sums and bounds of a block's signs (times are of a row), and the dot product
/// with a row's further bits. Justifies the unchecked loads of <c>SignSums</c>, <c>RaBitQKernel</c> and
/// <c>ITableLanes</c>: the baselines are checked and scalar.
/// </summary>
public class RaBitQScan
{
    private const int Rows = IBlockLayout.RowsPerBlock;
    private const int ExtraBits = 3;

    private readonly float[] _sums = new float[Rows];
    private readonly float[] _factors = new float[6 * Rows];
    private readonly ExtraPlaces _places = new(ExtraBits);
    private RaBitQKernel[] _kernels = null!;
    private byte[] _signs = null!;
    private byte[] _tables = null!;
    private byte[] _bits = null!;
    private float[] _weights = null!;

    /// <summary>Rotated dimensions.</summary>
    [Params(128, 768)]
    public int Dimensions { get; set; }

    /// <summary>Draws codes and tables.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _kernels = [.. KernelTable.All.Select(RaBitQKernel.For)];
        _signs = new byte[Dimensions * 4];
        _tables = new byte[Dimensions * 4];
        _bits = new byte[Dimensions * ExtraBits / 8 + 16];
        random.NextBytes(_signs);
        random.NextBytes(_tables);
        random.NextBytes(_bits);
        _weights = [.. Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle())];
    }

    /// <summary>Checked lookups, a row at a time.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public float SafeSigns()
    {
        ScalarSignSums.Sum(_signs, _tables, _sums);
        return _sums[0];
    }

    /// <summary>16 lookups at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public uint Signs128() => Signs(_kernels[1]);

    /// <summary>32 lookups at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public uint Signs256() => Signs(_kernels[2]);

    /// <summary>64 lookups at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public uint Signs512() => Signs(_kernels[3]);

    /// <summary>One row's further bits, taken out one by one.</summary>
    [Benchmark]
    public float DotScalar() => _kernels[0].Dot(_bits, ExtraBits, _places, _weights);

    /// <summary>4 at a time.</summary>
    [Benchmark]
    public float Dot128() => _kernels[1].Dot(_bits, ExtraBits, _places, _weights);

    /// <summary>8 at a time.</summary>
    [Benchmark]
    public float Dot256() => _kernels[2].Dot(_bits, ExtraBits, _places, _weights);

    /// <summary>16 at a time.</summary>
    [Benchmark]
    public float Dot512() => _kernels[3].Dot(_bits, ExtraBits, _places, _weights);

    private uint Signs(RaBitQKernel kernel)
    {
        kernel.Sum(_signs, _tables, _sums);
        var look = new FirstLook(1, -2, 0, 1, 1, 1, 0);
        return kernel.Bound(_sums, _factors, _factors, _factors, in look);
    }
}
