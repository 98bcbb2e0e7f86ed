using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Graph;

/// <summary>Passes on to a scorer and counts what is asked of it.</summary>
internal sealed class CountingScorer(IScorer inner) : IScorer
{
    public int Batches { get; private set; }

    public int Distances { get; private set; }

    public void Score(ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        Batches += ordinals.IsEmpty ? 0 : 1;
        Distances += ordinals.Length;
        inner.Score(ordinals, distances);
    }

    public void Prefetch(ReadOnlySpan<Ordinal> ordinals) => inner.Prefetch(ordinals);

    public void Dispose() => inner.Dispose();
}
