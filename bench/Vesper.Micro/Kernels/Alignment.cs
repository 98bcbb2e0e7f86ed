using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;

namespace Vesper.Micro.Kernels;

/// <summary>
/// The same distances with query and rows on cache lines and 16 bytes off them. Justifies aligned native memory
/// (<c>NativeBuffer</c>), which no managed array promises, and the search for the query's first aligned element
/// (<c>FloatScorer</c>).
/// </summary>
public class Alignment
{
    private const int RowCount = 4;
    private const int Rounds = 8;
    private const int OffFloats = 4;

    private readonly MemoryScope _scope = new("micro");
    private NativeBuffer<float> _memory = null!;
    private FloatKernel _kernel = null!;

    /// <summary>Elements of a vector: whole cache lines.</summary>
    [Params(128, 768)]
    public int Dimensions { get; set; }

    private int Stride => Dimensions + 16;

    /// <summary>Draws query and rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _memory = new NativeBuffer<float>((RowCount + 1) * Stride, _scope);
        _kernel = KernelTable.Current.SquaredL2;
        var random = new Random(1);
        foreach (ref var value in _memory.Slice(0, (int)_memory.Length))
        {
            value = random.NextSingle();
        }
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _memory.Dispose();

    /// <summary>Neither starts on a cache line.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowCount * Rounds)]
    public float BothOff() => Sum(OffFloats, OffFloats);

    /// <summary>Only the rows start on cache lines.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float QueryOff() => Sum(OffFloats, 0);

    /// <summary>Only the query starts on a cache line.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float RowsOff() => Sum(0, OffFloats);

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = RowCount * Rounds)]
    public float Aligned() => Sum(0, 0);

    private float Sum(int queryOff, int rowsOff)
    {
        float sum = 0;
        for (var round = 0; round < Rounds; round++)
        {
            for (var row = 1; row <= RowCount; row++)
            {
                sum += _kernel.Distance(
                    _memory.Slice(queryOff, Dimensions), _memory.Slice(row * Stride + rowsOff, Dimensions));
            }
        }

        return sum;
    }
}
