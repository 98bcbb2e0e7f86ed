using Vesper.Numerics.Kernels.Tiles;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// The nearest of many targets for many rows, exactly: register tiles compute the expanded form fused with selection,
/// so no matrix of distances is ever in memory, and what they leave in question is computed directly.
/// </summary>
/// <remarks>
/// Exact means: distances as the pair kernel of the same width computes them, directly; ties by lowest number. The
/// expanded form ‖c‖² − 2x·c only screens, with a bound of its rounding error (<see cref="ScreenBound"/>). Elements
/// are finite by contract; a distance that is a NaN counts as +∞. Thread-safe. After warm-up nothing is allocated.
/// </remarks>
internal static class ManyToMany
{
    /// <summary>The nearest target of each row by squared L2. O(rows × targets × dimensions).</summary>
    /// <param name="rows">Columns ≥ the targets' dimensions; further columns are not looked at.</param>
    /// <param name="start">The first row.</param>
    /// <param name="targets">What is searched.</param>
    /// <param name="nearest">As many as rows are wanted: target numbers.</param>
    /// <param name="distances">As long: squared L2 distances.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows, or they have too few columns.</exception>
    public static void Nearest(
        RowMatrix<float> rows, int start, PackedRows targets, Span<int> nearest, Span<float> distances)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(distances.Length, nearest.Length);
        Check(rows, start, nearest.Length, targets);
        TileScratch scratch = targets.Rent();
        try
        {
            for (int done = 0; done < nearest.Length;)
            {
                int count = scratch.Screen(rows, start + done, nearest.Length - done, Metric.L2, 1);
                for (int i = 0; i < count; i++, done++)
                {
                    Scored best = scratch.Best(i);
                    nearest[done] = best.Ordinal.Value;
                    distances[done] = best.Distance;
                }
            }
        }
        finally
        {
            targets.Return(scratch);
        }
    }

    /// <summary>The k nearest targets of each row. O(rows × targets × dimensions).</summary>
    /// <param name="rows">Columns ≥ the targets' dimensions; further columns are not looked at.</param>
    /// <param name="start">The first row.</param>
    /// <param name="targets">What is searched.</param>
    /// <param name="query">How many rows and targets, by which metric.</param>
    /// <param name="into">Rows × k: each row's targets, nearest first, ties by lowest number.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no such rows, or they have too few columns; k is not in 1 … targets; the metric is neither L2 nor dot.
    /// </exception>
    public static void TopK(
        RowMatrix<float> rows, int start, PackedRows targets, TopKQuery query, Span<Scored> into)
    {
        Check(rows, start, query.Count, targets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.K);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.K, targets.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, checked(query.Count * query.K));
        if (query.Metric is not (Metric.L2 or Metric.Dot))
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Metric, "Tiles know L2 and dot alone.");
        }

        TileScratch scratch = targets.Rent();
        try
        {
            for (int done = 0; done < query.Count;)
            {
                int count = scratch.Screen(rows, start + done, query.Count - done, query.Metric, query.K);
                for (int i = 0; i < count; i++, done++)
                {
                    scratch.Best(i, into.Slice(done * query.K, query.K));
                }
            }
        }
        finally
        {
            targets.Return(scratch);
        }
    }

    private static void Check(RowMatrix<float> rows, int start, int count, PackedRows targets)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Columns, targets.Dimensions, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, rows.Count - count);
    }
}

/// <summary>What a search for several targets of each row wants.</summary>
/// <param name="Count">Rows, ≥ 0.</param>
/// <param name="K">Targets of each row, ≥ 1.</param>
/// <param name="Metric">L2 or dot.</param>
internal readonly record struct TopKQuery(int Count, int K, Metric Metric);
