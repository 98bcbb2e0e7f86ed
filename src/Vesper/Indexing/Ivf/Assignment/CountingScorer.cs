namespace Vesper.Indexing.Ivf.Assignment;

/// <summary>A scorer that counts what it is asked. Owns the other.</summary>
internal sealed class CountingScorer(IScorer scorer) : IScorer
{
    /// <summary>Distances so far.</summary>
    public long Scored { get; private set; }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        Scored += ordinals.Length;
        scorer.Score(ordinals, distances);
    }

    /// <inheritdoc/>
    public void Prefetch(ReadOnlySpan<Ordinal> ordinals) => scorer.Prefetch(ordinals);

    /// <inheritdoc/>
    public void Dispose() => scorer.Dispose();
}
