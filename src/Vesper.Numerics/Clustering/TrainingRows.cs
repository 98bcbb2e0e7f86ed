using System.Diagnostics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering;

/// <summary>The rows of a training and those who work on them.</summary>
internal sealed class TrainingRows
{
    private const int BlockRows = 2048;

    private readonly RowAddresses<float> _addresses;

    /// <summary>The rows that are there now.</summary>
    public TrainingRows(RowMatrix<float> rows, int dimensions, KMeansContext context)
    {
        _addresses = rows.Addresses;
        Rows = rows;
        Dimensions = dimensions;
        Context = context;
    }

    /// <summary>The matrix; it may grow meanwhile.</summary>
    public RowMatrix<float> Rows { get; }

    /// <summary>Elements looked at.</summary>
    public int Dimensions { get; }

    /// <summary>Memory, threads, cancellation.</summary>
    public KMeansContext Context { get; }

    /// <summary>Rows.</summary>
    public int Count => _addresses.Count;

    /// <summary>Where the rows are.</summary>
    public RowAddresses<float> Addresses => _addresses;

    /// <summary>The kernel that says how far two vectors are apart.</summary>
    public FloatKernel Kernel { get; } = KernelTable.Current.SquaredL2;

    /// <summary>A row's dimensions.</summary>
    public ReadOnlySpan<float> this[int row] => _addresses.Span(row, Dimensions);

    /// <summary>Asks for the row at a place of a list, if it has that place, to be brought closer.</summary>
    public void Prefetch(ReadOnlySpan<int> numbers, int place)
    {
        if (place < numbers.Length)
        {
            RowPrefetch.Start(_addresses, new Ordinal(numbers[place]));
        }
    }

    /// <summary>A copy of some rows, in the given order.</summary>
    public RowMatrix<float> Copy(ReadOnlySpan<int> numbers) =>
        RowSample.Copy(Rows, Dimensions, numbers, Context.Scope);

    /// <summary>Calls for parts (start, end) of 0 … items − 1 that do not depend on the number of threads.</summary>
    public void InParts(int items, int itemsPerPart, Action<int, int> part)
    {
        Debug.Assert(items >= 0 && itemsPerPart > 0);
        int parts = (int)(((long)items + itemsPerPart - 1) / itemsPerPart);
        Context.Executor.Run(
            parts,
            number => part(number * itemsPerPart, Math.Min(items - number * itemsPerPart, itemsPerPart)
                + number * itemsPerPart),
            Context.Cancellation);
    }

    /// <summary>The nearest centroid of every row, exact, the lowest number among equals.</summary>
    public void FindNearest(RowMatrix<float> centroids, int[] nearest, float[] distances)
    {
        using var targets = new PackedRows(centroids, Dimensions, Context.Scope);
        InParts(Count, BlockRows, (start, end) => ManyToMany.Nearest(
            Rows, start, targets, nearest.AsSpan(start..end), distances.AsSpan(start..end)));
    }

    /// <summary>The first row that has an element which is not finite, or −1.</summary>
    public int FindNotFinite()
    {
        int found = int.MaxValue;
        InParts(Count, BlockRows, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                if (VectorMath.IndexOfNotFinite(this[row]) >= 0)
                {
                    InterlockedMin(ref found, row);
                    return;
                }
            }
        });
        return found == int.MaxValue ? -1 : found;
    }

    private static void InterlockedMin(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value < seen)
        {
            int before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
