using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Scoring;

/// <summary>
/// Distances from one fixed vector (a query, or a stored row) to stored rows, asked for in batches.
/// Smaller is always nearer: squared L2, negated dot product, 1 − cosine, L1.
/// </summary>
/// <remarks>
/// Used by one thread at a time. <see cref="IDisposable.Dispose"/> returns it to its pool; it must not be used after.
/// </remarks>
public interface IScorer : IDisposable
{
    /// <summary>
    /// Writes the distance of each ordinal to the slot of the same index. Cost: ordinals × dimensions.
    /// </summary>
    /// <param name="ordinals">Rows that exist; any order, repeats allowed.</param>
    /// <param name="distances">At least as long as <paramref name="ordinals"/>.</param>
    void Score(ReadOnlySpan<Ordinal> ordinals, Span<float> distances);

    /// <summary>Asks the processor to bring the rows closer; a hint without an effect on results.</summary>
    void Prefetch(ReadOnlySpan<Ordinal> ordinals);
}
