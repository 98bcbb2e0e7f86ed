using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Scoring;

/// <summary>
/// Distances to rows at random in 128 MiB, so that they come from memory, in batches as a graph walk asks for them.
/// Justifies <c>RowPrefetch</c>.
/// </summary>
public class RowsFromMemory
{
    private const int MatrixBytes = 128 << 20;
    private const int RowsPerInvoke = 1_024;
    private const int BatchRows = 32;

    private readonly float[] _distances = new float[BatchRows];
    private AlignedRows _rows = null!;
    private FloatKernel _kernel = null!;
    private IScorer _scorer = null!;
    private Ordinal[] _random = null!;
    private Ordinal[] _inOrder = null!;
    private int _next;

    /// <summary>Elements of a vector.</summary>
    [Params(128, 768)]
    public int Dimensions { get; set; }

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var count = MatrixBytes / (Dimensions * sizeof(float)) / RowsPerInvoke * RowsPerInvoke;
        _rows = new AlignedRows(count, Dimensions);
        _kernel = KernelTable.Current.SquaredL2;
        _scorer = new FloatScorers(Metric.L2, Dimensions, _rows.Matrix).ForQuery(_rows.Query);
        _random = AlignedRows.Shuffled(count);
        _inOrder = AlignedRows.InOrder(count);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _scorer.Dispose();
        _rows.Dispose();
    }

    /// <summary>
    /// Without prefetch: the kernel asks for rows four ahead, so that in calls of four there is none to ask for.
    /// </summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowsPerInvoke)]
    public float NoPrefetch() => Score(_random, RowPrefetch.RowsAhead);

    /// <summary>The kernel's own prefetch, four rows ahead.</summary>
    [Benchmark(OperationsPerInvoke = RowsPerInvoke)]
    public float KernelPrefetch() => Score(_random, BatchRows);

    /// <summary>The whole batch is asked for first, as the graph walk does, and then scored.</summary>
    [Benchmark(OperationsPerInvoke = RowsPerInvoke)]
    public float BatchPrefetch()
    {
        var taken = Take(_random);
        for (; !taken.IsEmpty; taken = taken[BatchRows..])
        {
            _scorer.Prefetch(taken[..BatchRows]);
            _scorer.Score(taken[..BatchRows], _distances);
        }

        return _distances[^1];
    }

    /// <summary>Row after row, where the hardware prefetches alone.</summary>
    [Benchmark(OperationsPerInvoke = RowsPerInvoke)]
    public float InOrder() => Score(_inOrder, BatchRows);

    private float Score(Ordinal[] ordinals, int atOnce)
    {
        var addresses = _rows.Matrix.Addresses;
        for (var taken = Take(ordinals); !taken.IsEmpty; taken = taken[atOnce..])
        {
            _kernel.Score(_rows.Query, addresses, taken[..atOnce], _distances);
        }

        return _distances[0];
    }

    /// <summary>The next rows: each comes again only after all others, when no cache holds it any more.</summary>
    private ReadOnlySpan<Ordinal> Take(Ordinal[] ordinals)
    {
        var start = _next;
        _next = (_next + RowsPerInvoke) % ordinals.Length;
        return ordinals.AsSpan(start, RowsPerInvoke);
    }
}
