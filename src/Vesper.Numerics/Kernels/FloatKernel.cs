using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// Distances of one metric at one SIMD width. Stateless, thread-safe; one virtual call serves a batch.
/// </summary>
/// <remarks>
/// Elements are finite by contract. Then no result is a NaN; sums beyond the range of float are infinite. A distance
/// depends on the two vectors alone, not on their place in a batch.
/// </remarks>
internal abstract class FloatKernel
{
    /// <summary>The distance of two vectors of equal length. O(length).</summary>
    public abstract float Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right);

    /// <summary>The distances of rows from a query. O(ordinals × dimensions).</summary>
    /// <param name="query">The query's dimensions; rows have at least as many columns.</param>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="ordinals">Existing rows, in any order.</param>
    /// <param name="distances">At least as long as <paramref name="ordinals"/>.</param>
    public abstract void Score(
        ReadOnlySpan<float> query, RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances);
}
