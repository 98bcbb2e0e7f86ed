using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>Parts of a set of rows to train on.</summary>
public static class RowSample
{
    /// <summary>
    /// Row numbers drawn evenly without repeats, ascending: the same for a seed everywhere (selection sampling,
    /// Knuth, TAOCP vol. 2, §3.4.2, algorithm S). O(count).
    /// </summary>
    /// <param name="count">Rows that there are, ≥ 0.</param>
    /// <param name="sample">Rows wanted, 0 ≤ sample ≤ count.</param>
    /// <param name="seed">Any.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static int[] Choose(int count, int sample, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sample, count);
        var random = new SeededRandom(seed);
        var chosen = new int[sample];
        for (int row = 0, taken = 0; taken < sample; row++)
        {
            if (random.Next(count - row) < sample - taken)
            {
                chosen[taken++] = row;
            }
        }

        return chosen;
    }

    /// <summary>Copies a random sample of rows, in their order. O(rows + sample × dimensions).</summary>
    /// <param name="rows">Columns ≥ dimensions.</param>
    /// <param name="dimensions">Columns to copy, ≥ 1.</param>
    /// <param name="sample">Rows wanted, ≥ 0; all when there are not more.</param>
    /// <param name="seed">Any.</param>
    /// <param name="scope">Where the copy's bytes are counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static RowMatrix<float> Take(
        RowMatrix<float> rows, int dimensions, int sample, ulong seed, MemoryScope scope)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        int count = rows.Count;
        return Copy(rows, dimensions, Choose(count, Math.Min(sample, count), seed), scope);
    }

    /// <summary>Copies the rows from a start on, in their order. O(count × dimensions).</summary>
    /// <param name="rows">Columns ≥ dimensions.</param>
    /// <param name="dimensions">Columns to copy, ≥ 1.</param>
    /// <param name="range">Rows to copy.</param>
    /// <param name="scope">Where the copy's bytes are counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range or the dimensions are not inside the rows.</exception>
    public static RowMatrix<float> Take(RowMatrix<float> rows, int dimensions, Range range, MemoryScope scope)
    {
        ArgumentNullException.ThrowIfNull(rows);
        (int start, int count) = range.GetOffsetAndLength(rows.Count);
        return Copy(rows, dimensions, [.. Enumerable.Range(start, count)], scope);
    }

    /// <summary>Copies rows of given numbers.</summary>
    internal static RowMatrix<float> Copy(
        RowMatrix<float> rows, int dimensions, ReadOnlySpan<int> numbers, MemoryScope scope)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, rows.Columns);
        var copy = new RowMatrix<float>(dimensions, scope);
        foreach (int number in numbers)
        {
            copy.Append(rows.Row(number)[..dimensions]);
        }

        return copy;
    }
}
