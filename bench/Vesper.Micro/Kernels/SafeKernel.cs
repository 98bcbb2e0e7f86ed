using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Kernels;

namespace Vesper.Micro.Kernels;

/// <summary>A distance over spans, every access checked: what the unchecked kernels are compared with.</summary>
internal abstract class SafeKernel
{
    /// <summary>The distance of two vectors of equal length.</summary>
    public abstract float Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right);

    /// <summary>The widest that the processor runs.</summary>
    public static SafeKernel Widest(Metric metric)
    {
        var bits = Lanes512.IsSupported ? 512 : Lanes256.IsSupported ? 256 : 128;
        return metric switch
        {
            Metric.L2 => Of<SquaredL2Fold>(bits),
            Metric.Manhattan => Of<ManhattanFold>(bits),
            _ => Of<NegatedDotFold>(bits),
        };
    }

    /// <summary>That of a width.</summary>
    public static SafeKernel Of<TFold>(int widthBits) where TFold : IFold => widthBits switch
    {
        512 => new SafeKernel<Lanes512, Vector512<float>, TFold>(),
        256 => new SafeKernel<Lanes256, Vector256<float>, TFold>(),
        _ => new SafeKernel<Lanes128, Vector128<float>, TFold>(),
    };
}

/// <summary>
/// The same fold, width and four running sums as <see cref="PairKernel{TLanes, TVector, TFold}"/>; vectors are elements
/// of a span, and what is left at the end is folded one by one.
/// </summary>
internal sealed class SafeKernel<TLanes, TVector, TFold> : SafeKernel
    where TLanes : ILanes<TVector> where TVector : struct where TFold : IFold
{
    /// <inheritdoc/>
    public override float Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        var lefts = MemoryMarshal.Cast<float, TVector>(left);
        var rights = MemoryMarshal.Cast<float, TVector>(right);
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (; lefts.Length >= 4 && rights.Length >= 4; lefts = lefts[4..], rights = rights[4..])
        {
            sum0 = TFold.Step<TLanes, TVector>(sum0, lefts[0], rights[0]);
            sum1 = TFold.Step<TLanes, TVector>(sum1, lefts[1], rights[1]);
            sum2 = TFold.Step<TLanes, TVector>(sum2, lefts[2], rights[2]);
            sum3 = TFold.Step<TLanes, TVector>(sum3, lefts[3], rights[3]);
        }

        for (var i = 0; i < lefts.Length && i < rights.Length; i++)
        {
            sum0 = TFold.Step<TLanes, TVector>(sum0, lefts[i], rights[i]);
        }

        var sum = TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3)));
        for (var i = left.Length - left.Length % TLanes.Count; i < left.Length; i++)
        {
            sum = TFold.Step<ScalarLane, float>(sum, left[i], right[i]);
        }

        return TFold.Finish(sum);
    }
}
