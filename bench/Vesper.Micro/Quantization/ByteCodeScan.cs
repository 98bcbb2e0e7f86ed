using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Micro.Quantization;

/// <summary>
/// One row screened, codes of one byte and their terms in the second cache. Justifies the unchecked loads of
/// <c>ByteScreen512</c>: the baseline is the scalar reference over spans.
/// </summary>
public class ByteCodeScan
{
    private const int Blocks = 512;
    private const int Rows = Blocks * IBlockLayout.RowsPerBlock;

    private readonly MemoryScope _scope = new("micro");
    private readonly uint[] _within = new uint[Blocks];
    private NativeBuffer<byte> _blocks = null!;
    private NativeBuffer<byte> _tables = null!;

    /// <summary>Codes of a row.</summary>
    [Params(8, 16, 32)]
    public int Parts { get; set; }

    private int BlockBytes => (32 * Parts) + ScreenKernel.TermBytes;

    /// <summary>Draws codes and tables.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _blocks = new NativeBuffer<byte>(Blocks * BlockBytes, _scope);
        _tables = new NativeBuffer<byte>(256 * Parts, _scope);
        random.NextBytes(_blocks.Slice(0, (int)_blocks.Length));
        random.NextBytes(_tables.Slice(0, (int)_tables.Length));
        for (var b = 0; b < Blocks; b++)
        {
            _blocks.Slice((b * BlockBytes) + (32 * Parts), ScreenKernel.TermBytes).Clear();
        }
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _blocks.Dispose();
        _tables.Dispose();
    }

    /// <summary>Checked access, two codes at a time.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public uint Scalar() => Screen(ScreenKernel.Bytes[0]);

    /// <summary>The widest that the processor runs: 64 codes at a time where it has byte permutes.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public uint Widest() => Screen(ScreenKernel.Bytes.Last(kernel => kernel.IsSupported));

    private uint Screen(ScreenKernel kernel)
    {
        var limit = new ScreenLimit(1, 64 * Parts);
        kernel.Screen(
            _tables.Slice(0, (int)_tables.Length), _blocks.Slice(0, (int)_blocks.Length), BlockBytes, limit, _within);
        return _within[^1];
    }
}
