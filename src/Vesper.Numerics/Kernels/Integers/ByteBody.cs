using System.Diagnostics;
using System.Runtime.CompilerServices;
using Vesper.Numerics.Kernels.Elements;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>The one body of all distances of bytes, for any width and metric; exact.</summary>
/// <remarks>Sums are 32-bit: up to <see cref="ByteKernels{T}.DimensionsMax"/> dimensions none overflows.</remarks>
internal readonly struct ByteBody<TLanes, TShorts, TInts, TFold, TElement, TRow> : IPairBody<TRow, TRow, int>
    where TLanes : IShortLanes<TShorts, TInts>
    where TShorts : struct
    where TInts : struct
    where TFold : IShortFold
    where TElement : IByteElement<TRow>
    where TRow : unmanaged
{
    public static int LongLength => TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FoldLong(ref TRow query, ref TRow row, nuint length)
    {
        // SAFETY: i + loads ≤ length in the loops; the last load ends with the last element and starts at or after the
        // first, as there is at least one load's worth of elements.
        nuint count = (nuint)TLanes.Count;
        Debug.Assert(length >= count && length <= ByteKernels<TRow>.DimensionsMax);
        TInts sums0 = default, sums1 = default;
        nuint i = 0;
        for (; i + 2 * count <= length; i += 2 * count)
        {
            sums0 = TFold.Step<TLanes, TShorts, TInts>(sums0, Load(ref query, i), Load(ref row, i));
            sums1 = TFold.Step<TLanes, TShorts, TInts>(sums1, Load(ref query, i + count), Load(ref row, i + count));
        }

        if (i + count <= length)
        {
            sums0 = TFold.Step<TLanes, TShorts, TInts>(sums0, Load(ref query, i), Load(ref row, i));
            i += count;
        }

        if (i < length)
        {
            TShorts left = TLanes.KeepLast(Load(ref query, length - count), (int)(length - i));
            TShorts right = TLanes.KeepLast(Load(ref row, length - count), (int)(length - i));
            sums1 = TFold.Step<TLanes, TShorts, TInts>(sums1, left, right);
        }

        return TFold.Finish(TLanes.Sum(TLanes.Add(sums0, sums1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TShorts Load(ref TRow source, nuint index) =>
        TElement.Load<TLanes, TShorts, TInts>(ref source, index);

    public static int FoldShort(ref TRow query, ref TRow row, nuint length)
    {
        int sum = 0;
        for (nuint i = 0; i < length; i++)
        {
            // SAFETY: i < length, which both vectors have.
            short left = TElement.Load<ScalarShort, short, int>(ref query, i);
            short right = TElement.Load<ScalarShort, short, int>(ref row, i);
            sum = TFold.Step<ScalarShort, short, int>(sum, left, right);
        }

        return TFold.Finish(sum);
    }
}
