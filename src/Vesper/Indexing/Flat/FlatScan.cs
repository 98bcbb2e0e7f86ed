using System.Diagnostics;

namespace Vesper.Indexing.Flat;

/// <summary>
/// Exact search: scores every row of a range or set, in batches. Cost: rows × dimensions. No allocation.
/// </summary>
internal static class FlatScan
{
    private const int BatchRows = 128;
    private const int BatchesPerCheck = 32;

    /// <summary>Scans the ordinals [from, to), those that pass.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; checked every few thousand rows.</exception>
    public static void Range(
        IScorer scorer, int from, int to, IOrdinalFilter? filter, TopK into, CancellationToken cancellation)
    {
        Debug.Assert(from >= 0, "Ordinals start at 0.");
        cancellation.ThrowIfCancellationRequested();
        if (filter?.Bitmap is { } rows)
        {
            Members(scorer, rows, from, to, into, cancellation);
            return;
        }

        Span<Ordinal> batch = stackalloc Ordinal[BatchRows];
        Span<float> distances = stackalloc float[BatchRows];
        for (var batches = 1; from < to; batches++)
        {
            var taken = Take(filter, ref from, to, batch);
            Score(scorer, batch[..taken], distances, into);
            ThrowIfCancelled(batches, cancellation);
        }
    }

    /// <summary>Scans the members of a set.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; checked every few thousand rows.</exception>
    public static void Set(IScorer scorer, BitSet rows, TopK into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Members(scorer, rows, 0, rows.Length, into, cancellation);
    }

    private static void Members(
        IScorer scorer, BitSet rows, int from, int to, TopK into, CancellationToken cancellation)
    {
        Span<Ordinal> batch = stackalloc Ordinal[BatchRows];
        Span<float> distances = stackalloc float[BatchRows];
        for (var batches = 1; from < to; batches++)
        {
            var taken = TakeMembers(rows, ref from, to, batch);
            scorer.Prefetch(batch[..taken]);
            Score(scorer, batch[..taken], distances, into);
            ThrowIfCancelled(batches, cancellation);
        }
    }

    /// <summary>Fills the batch with passing ordinals from <paramref name="from"/> on, which moves past them.</summary>
    private static int Take(IOrdinalFilter? filter, ref int from, int to, Span<Ordinal> batch)
    {
        var taken = 0;
        while (from < to && taken < batch.Length)
        {
            var row = new Ordinal(from++);
            if (filter is null || filter.Contains(row))
            {
                batch[taken++] = row;
            }
        }

        return taken;
    }

    private static int TakeMembers(BitSet rows, ref int from, int to, Span<Ordinal> batch)
    {
        var taken = 0;
        while (taken < batch.Length)
        {
            var row = from < to ? rows.Next(from) : -1;
            if (row < 0 || row >= to)
            {
                from = to;
                break;
            }

            batch[taken++] = new Ordinal(row);
            from = row + 1;
        }

        return taken;
    }

    private static void Score(IScorer scorer, ReadOnlySpan<Ordinal> batch, Span<float> distances, TopK into)
    {
        scorer.Score(batch, distances);
        var worst = into.Worst;
        for (var i = 0; i < batch.Length; i++)
        {
            if (distances[i] > worst)
            {
                continue;
            }

            // Overflowing vectors can give NaN (∞ − ∞); such a row is farthest of all, yet still a row.
            into.Push(float.IsNaN(distances[i]) ? float.PositiveInfinity : distances[i], batch[i]);
            worst = into.Worst;
        }
    }

    private static void ThrowIfCancelled(int batches, CancellationToken cancellation)
    {
        if (batches % BatchesPerCheck == 0)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
