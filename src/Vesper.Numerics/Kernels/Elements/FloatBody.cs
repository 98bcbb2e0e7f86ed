using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Elements;

/// <summary>The one body of all distances computed in floats, for any width, metric and element of rows.</summary>
internal readonly struct FloatBody<TLanes, TVector, TFold, TElement, TRow> : IPairBody<float, TRow, float>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TFold : IFold
    where TElement : IElement<TRow>
    where TRow : unmanaged
{
    public static int LongLength => TLanes.Count;

    /// <summary>
    /// Four running sums hide the latency of the fused multiply-add; the rest is folded by a masked last vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldLong(ref float left, ref TRow right, nuint length)
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
            TVector rightTail = TElement.LoadTail<TLanes, TVector>(ref right, rest);
            sum3 = TFold.Step<TLanes, TVector>(sum3, TLanes.LoadTail(ref left, rest), rightTail);
        }

        return TFold.Finish(TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Step(TVector sum, ref float left, ref TRow right, nuint index) =>
        TFold.Step<TLanes, TVector>(
            sum, TLanes.Load(ref left, index), TElement.Load<TLanes, TVector>(ref right, index));

    public static float FoldShort(ref float left, ref TRow right, nuint length)
    {
        float sum = 0;
        for (nuint i = 0; i < length; i++)
        {
            // SAFETY: i < length, which both vectors have.
            float row = TElement.Load<ScalarLane, float>(ref right, i);
            sum = TFold.Step<ScalarLane, float>(sum, ScalarLane.Load(ref left, i), row);
        }

        return TFold.Finish(sum);
    }
}
