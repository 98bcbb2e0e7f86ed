using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels.Elements;

/// <summary>The way over rows, with prefetch, that all pair kernels share.</summary>
internal static class RowWalk<TBody, TQuery, TRow, TDistance>
    where TBody : IPairBody<TQuery, TRow, TDistance> where TQuery : unmanaged where TRow : unmanaged
{
    /// <summary>The distance of two vectors of equal length.</summary>
    public static TDistance Distance(ReadOnlySpan<TQuery> left, ReadOnlySpan<TRow> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        ref TQuery query = ref MemoryMarshal.GetReference(left);
        ref TRow row = ref MemoryMarshal.GetReference(right);
        return left.Length < TBody.LongLength
            ? TBody.FoldShort(ref query, ref row, (nuint)left.Length)
            : TBody.FoldLong(ref query, ref row, (nuint)left.Length);
    }

    /// <summary>The distances of rows from a query.</summary>
    public static void Score(
        ReadOnlySpan<TQuery> query, RowAddresses<TRow> rows, ReadOnlySpan<Ordinal> ordinals, Span<TDistance> distances)
    {
        distances = distances[..ordinals.Length];
        Debug.Assert(query.Length * Unsafe.SizeOf<TRow>() <= rows.StrideBytes);
        if (query.Length < TBody.LongLength)
        {
            ScoreShortRows(query, rows, ordinals, distances);
            return;
        }

        int ahead = RowPrefetch.IsNeedless(ordinals) ? 0 : Math.Max(0, ordinals.Length - RowPrefetch.RowsAhead);
        ScoreRowsPrefetching(query, rows, ordinals, distances[..ahead]);
        ScoreRows(query, rows, ordinals[ahead..], distances[ahead..]);
    }

    // The loops stand apart, so that all that each needs stays in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScoreRows(
        ReadOnlySpan<TQuery> query, RowAddresses<TRow> rows, ReadOnlySpan<Ordinal> ordinals, Span<TDistance> distances)
    {
        Debug.Assert(ordinals.Length == distances.Length);
        ref TQuery start = ref MemoryMarshal.GetReference(query);
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = TBody.FoldLong(ref start, ref rows[ordinals[i].Value], (nuint)query.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScoreRowsPrefetching(
        ReadOnlySpan<TQuery> query, RowAddresses<TRow> rows, ReadOnlySpan<Ordinal> ordinals, Span<TDistance> distances)
    {
        Debug.Assert(distances.IsEmpty || ordinals.Length == distances.Length + RowPrefetch.RowsAhead);
        ref TQuery start = ref MemoryMarshal.GetReference(query);
        for (int i = 0; i < distances.Length; i++)
        {
            RowPrefetch.Start(rows, ordinals[i + RowPrefetch.RowsAhead]);
            distances[i] = TBody.FoldLong(ref start, ref rows[ordinals[i].Value], (nuint)query.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScoreShortRows(
        ReadOnlySpan<TQuery> query, RowAddresses<TRow> rows, ReadOnlySpan<Ordinal> ordinals, Span<TDistance> distances)
    {
        ref TQuery start = ref MemoryMarshal.GetReference(query);
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = TBody.FoldShort(ref start, ref rows[ordinals[i].Value], (nuint)query.Length);
        }
    }
}
