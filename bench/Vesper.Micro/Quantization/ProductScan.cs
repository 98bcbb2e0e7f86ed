using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Micro.Quantization;

/// <summary>
/// One row screened, 4-bit codes and their terms in the second cache. Justifies the unchecked loads of
/// <c>NibbleScreen</c>: the baseline is the scalar reference over spans.
/// </summary>
public class ProductScan
{
    private const int Blocks = 512;
    private const int Rows = Blocks * IBlockLayout.RowsPerBlock;

    private readonly MemoryScope _scope = new("micro");
    private readonly uint[] _within = new uint[Blocks];
    private NativeBuffer<byte> _blocks = null!;
    private NativeBuffer<byte> _tables = null!;

    /// <summary>4-bit codes of a row.</summary>
    [Params(16, 32, 64)]
    public int Parts { get; set; }

    private int BlockBytes => (16 * Parts) + ScreenKernel.TermBytes;

    /// <summary>Draws codes and tables.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _blocks = new NativeBuffer<byte>(Blocks * BlockBytes, _scope);
        _tables = new NativeBuffer<byte>(16 * Parts, _scope);
        random.NextBytes(_blocks.Slice(0, (int)_blocks.Length));
        random.NextBytes(_tables.Slice(0, (int)_tables.Length));
        for (var b = 0; b < Blocks; b++)
        {
            _blocks.Slice((b * BlockBytes) + (16 * Parts), ScreenKernel.TermBytes).Clear();
        }
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _blocks.Dispose();
        _tables.Dispose();
    }

    /// <summary>Checked access, one code at a time.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public uint Scalar() => Screen(0);

    /// <summary>One part at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public uint Bits128() => Screen(1);

    /// <summary>Two parts at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public uint Bits256() => Screen(2);

    /// <summary>Four parts at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public uint Bits512() => Screen(3);

    private uint Screen(int width)
    {
        var limit = new ScreenLimit(1, 64 * Parts);
        ScreenKernel.Nibbles[width].Screen(
            _tables.Slice(0, (int)_tables.Length), _blocks.Slice(0, (int)_blocks.Length), BlockBytes, limit, _within);
        return _within[^1];
    }
}
