using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels;

/// <summary>The one body of all float distances, for any width and metric.</summary>
internal sealed class PairKernel<TLanes, TVector, TFold> : FloatKernel
    where TLanes : ILanes<TVector> where TVector : struct where TFold : IFold
{
    public override float Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        ref float ofLeft = ref MemoryMarshal.GetReference(left);
        ref float ofRight = ref MemoryMarshal.GetReference(right);
        return left.Length < TLanes.Count
            ? FoldShort(ref ofLeft, ref ofRight, (nuint)left.Length)
            : FoldLong(ref ofLeft, ref ofRight, (nuint)left.Length);
    }

    public override void Score(
        ReadOnlySpan<float> query, RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        distances = distances[..ordinals.Length];
        Debug.Assert(query.Length * sizeof(float) <= rows.StrideBytes);
        if (query.Length < TLanes.Count)
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
        ReadOnlySpan<float> query, RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        Debug.Assert(ordinals.Length == distances.Length);
        ref float start = ref MemoryMarshal.GetReference(query);
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = FoldLong(ref start, ref rows[ordinals[i].Value], (nuint)query.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScoreRowsPrefetching(
        ReadOnlySpan<float> query, RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        Debug.Assert(distances.IsEmpty || ordinals.Length == distances.Length + RowPrefetch.RowsAhead);
        ref float start = ref MemoryMarshal.GetReference(query);
        for (int i = 0; i < distances.Length; i++)
        {
            RowPrefetch.Start(rows, ordinals[i + RowPrefetch.RowsAhead]);
            distances[i] = FoldLong(ref start, ref rows[ordinals[i].Value], (nuint)query.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScoreShortRows(
        ReadOnlySpan<float> query, RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        ref float start = ref MemoryMarshal.GetReference(query);
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = FoldShort(ref start, ref rows[ordinals[i].Value], (nuint)query.Length);
        }
    }

    /// <summary>
    /// Four running sums hide the latency of the fused multiply-add; the rest is folded by a masked last vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float FoldLong(ref float left, ref float right, nuint length)
    {
        nuint count = (nuint)TLanes.Count;
        Debug.Assert(length >= count);

        // SAFETY: `rest` elements are left from the two references on; every load stays below it, and the masked tail
        // looks back over elements already folded, of which there is at least one vector.
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nuint rest = length;
        for (; rest >= 4 * count; rest -= 4 * count)
        {
            sum0 = Step(sum0, ref left, ref right, 0);
            sum1 = Step(sum1, ref left, ref right, count);
            sum2 = Step(sum2, ref left, ref right, 2 * count);
            sum3 = Step(sum3, ref left, ref right, 3 * count);
            left = ref Unsafe.Add(ref left, 4 * count);
            right = ref Unsafe.Add(ref right, 4 * count);
        }

        if (rest >= 2 * count)
        {
            sum0 = Step(sum0, ref left, ref right, 0);
            sum1 = Step(sum1, ref left, ref right, count);
            left = ref Unsafe.Add(ref left, 2 * count);
            right = ref Unsafe.Add(ref right, 2 * count);
            rest -= 2 * count;
        }

        if (rest >= count)
        {
            sum2 = Step(sum2, ref left, ref right, 0);
            left = ref Unsafe.Add(ref left, count);
            right = ref Unsafe.Add(ref right, count);
            rest -= count;
        }

        Debug.Assert(rest < count);
        if (rest > 0)
        {
            TVector rightTail = TLanes.LoadTail(ref right, rest);
            sum3 = TFold.Step<TLanes, TVector>(sum3, TLanes.LoadTail(ref left, rest), rightTail);
        }

        return TFold.Finish(TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Step(TVector sum, ref float left, ref float right, nuint index) =>
        TFold.Step<TLanes, TVector>(sum, TLanes.Load(ref left, index), TLanes.Load(ref right, index));

    private static float FoldShort(ref float left, ref float right, nuint length)
    {
        float sum = 0;
        for (nuint i = 0; i < length; i++)
        {
            // SAFETY: i < length, which both vectors have.
            sum = TFold.Step<ScalarLane, float>(sum, ScalarLane.Load(ref left, i), ScalarLane.Load(ref right, i));
        }

        return TFold.Finish(sum);
    }
}
