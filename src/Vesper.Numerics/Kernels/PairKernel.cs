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
        return Fold(
            in MemoryMarshal.GetReference(left), in MemoryMarshal.GetReference(right), (nuint)left.Length);
    }

    public override void Score(
        ReadOnlySpan<float> query, RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        distances = distances[..ordinals.Length];
        Debug.Assert(query.Length * sizeof(float) <= rows.StrideBytes);
        int ahead = RowPrefetch.RowsAhead(rows.StrideBytes);
        for (int i = 0; i < ordinals.Length; i++)
        {
            int next = i + ahead;
            if (next < ordinals.Length && ordinals[next].Value != ordinals[i].Value + ahead)
            {
                RowPrefetch.Row(rows, ordinals[next].Value);
            }

            distances[i] = Fold(
                in MemoryMarshal.GetReference(query), in rows[ordinals[i].Value], (nuint)query.Length);
        }
    }

    /// <summary>Four running sums hide the latency of the fused multiply-add; the rest is folded by a masked last vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Fold(ref readonly float left, ref readonly float right, nuint length)
    {
        nuint count = (nuint)TLanes.Count;
        if (length < count)
        {
            return FoldShort(in left, in right, length);
        }

        // SAFETY: a load at index i reads [i, i + count), and every load below has i + count ≤ length.
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nuint i = 0;
        for (; length - i >= 4 * count; i += 4 * count)
        {
            sum0 = Step(sum0, in left, in right, i);
            sum1 = Step(sum1, in left, in right, i + count);
            sum2 = Step(sum2, in left, in right, i + 2 * count);
            sum3 = Step(sum3, in left, in right, i + 3 * count);
        }

        if (length - i >= 2 * count)
        {
            sum0 = Step(sum0, in left, in right, i);
            sum1 = Step(sum1, in left, in right, i + count);
            i += 2 * count;
        }

        if (length - i >= count)
        {
            sum2 = Step(sum2, in left, in right, i);
            i += count;
        }

        Debug.Assert(length - i < count);
        if (i < length)
        {
            TVector leftTail = TLanes.LoadTail(in left, length, length - i);
            sum3 = TFold.Step<TLanes, TVector>(sum3, leftTail, TLanes.LoadTail(in right, length, length - i));
        }

        return TFold.Finish(TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Step(TVector sum, ref readonly float left, ref readonly float right, nuint index) =>
        TFold.Step<TLanes, TVector>(sum, TLanes.Load(in left, index), TLanes.Load(in right, index));

    private static float FoldShort(ref readonly float left, ref readonly float right, nuint length)
    {
        float sum = 0;
        for (nuint i = 0; i < length; i++)
        {
            // SAFETY: i < length, which both vectors have.
            sum = TFold.Step<ScalarLane, float>(sum, ScalarLane.Load(in left, i), ScalarLane.Load(in right, i));
        }

        return TFold.Finish(sum);
    }
}
