using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels.Elements;

/// <summary>
/// Distances of one metric, of rows of one element type, at one SIMD width. Stateless, thread-safe; one virtual call
/// serves a batch.
/// </summary>
/// <typeparam name="TQuery">Elements of the query.</typeparam>
/// <typeparam name="TRow">Elements of the rows.</typeparam>
/// <typeparam name="TDistance">float, or int where distances are exact.</typeparam>
internal abstract class ElementKernel<TQuery, TRow, TDistance> where TQuery : unmanaged where TRow : unmanaged
{
    /// <summary>The distance of two vectors of equal length; smaller is nearer. O(length).</summary>
    public abstract TDistance Distance(ReadOnlySpan<TQuery> left, ReadOnlySpan<TRow> right);

    /// <summary>The distances of rows from a query. O(ordinals × dimensions).</summary>
    /// <param name="query">The query's dimensions; rows have at least as many columns.</param>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="ordinals">Existing rows, in any order.</param>
    /// <param name="distances">At least as long as <paramref name="ordinals"/>.</param>
    public abstract void Score(
        ReadOnlySpan<TQuery> query, RowAddresses<TRow> rows, ReadOnlySpan<Ordinal> ordinals, Span<TDistance> distances);
}
