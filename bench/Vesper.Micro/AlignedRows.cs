using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Micro;

/// <summary>Rows of random floats as the engine keeps them, and a query that is aligned as a scorer's.</summary>
internal sealed class AlignedRows : IDisposable
{
    private readonly MemoryScope _scope = new("micro");
    private readonly NativeBuffer<float> _query;

    /// <summary>Draws rows and query.</summary>
    public AlignedRows(int count, int columns)
    {
        var random = new Random(1);
        Matrix = new RowMatrix<float>(columns, _scope);
        var row = new float[columns];
        for (var i = 0; i < count; i++)
        {
            Fill(random, row);
            Matrix.Append(row);
        }

        _query = new NativeBuffer<float>(columns, _scope);
        Fill(random, Query);
    }

    /// <summary>The rows.</summary>
    public RowMatrix<float> Matrix { get; }

    /// <summary>The query; starts on a cache line.</summary>
    public Span<float> Query => _query.Slice(0, (int)_query.Length);

    /// <summary>The kernel of a metric for one width, by its name in the table.</summary>
    internal static FloatKernel Kernel(string width, Metric metric) =>
        KernelTable.All.Single(row => row.Name == width).For(metric);

    /// <summary>Ordinals 0 … count − 1, in order.</summary>
    public static Ordinal[] InOrder(int count) => [.. Enumerable.Range(0, count).Select(i => new Ordinal(i))];

    /// <summary>Ordinals 0 … count − 1, at random.</summary>
    public static Ordinal[] Shuffled(int count)
    {
        var ordinals = InOrder(count);
        new Random(2).Shuffle(ordinals);
        return ordinals;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Matrix.Dispose();
        _query.Dispose();
    }

    private static void Fill(Random random, Span<float> into)
    {
        foreach (ref var value in into)
        {
            value = 2 * random.NextSingle() - 1;
        }
    }
}
