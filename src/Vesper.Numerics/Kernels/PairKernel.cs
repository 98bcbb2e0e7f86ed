using Vesper.Numerics.Kernels.Elements;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels;

/// <summary>Distances of float rows, for any width and metric.</summary>
internal sealed class PairKernel<TLanes, TVector, TFold> : FloatKernel
    where TLanes : ILanes<TVector> where TVector : struct where TFold : IFold
{
    public override float Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        RowWalk<FloatBody<TLanes, TVector, TFold, FloatElement, float>, float, float, float>.Distance(left, right);

    public override void Score(
        ReadOnlySpan<float> query, RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances) =>
        RowWalk<FloatBody<TLanes, TVector, TFold, FloatElement, float>, float, float, float>
            .Score(query, rows, ordinals, distances);
}
