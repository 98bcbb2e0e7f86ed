using System.Diagnostics;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels.Elements;

/// <summary>The kernel of a body.</summary>
internal sealed class BodyKernel<TBody, TQuery, TRow, TDistance> : ElementKernel<TQuery, TRow, TDistance>
    where TBody : IPairBody<TQuery, TRow, TDistance> where TQuery : unmanaged where TRow : unmanaged
{
    public override TDistance Distance(ReadOnlySpan<TQuery> left, ReadOnlySpan<TRow> right) =>
        RowWalk<TBody, TQuery, TRow, TDistance>.Distance(left, right);

    public override void Score(
        ReadOnlySpan<TQuery> query, RowAddresses<TRow> rows, ReadOnlySpan<Ordinal> ordinals, Span<TDistance> distances)
    {
        Debug.Assert(distances.Length >= ordinals.Length);
        RowWalk<TBody, TQuery, TRow, TDistance>.Score(query, rows, ordinals, distances);
    }
}
