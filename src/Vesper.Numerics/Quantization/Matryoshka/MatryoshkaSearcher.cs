using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Quantization.Matryoshka;

/// <summary>
/// Nearest rows in two passes: the first dimensions choose candidates, all dimensions score them.
/// </summary>
/// <remarks>
/// For embeddings whose first dimensions carry most (A. Kusupati et al., "Matryoshka Representation Learning",
/// NeurIPS 2022, §4.3, "adaptive retrieval"); <see cref="MatryoshkaAnalysis"/> says whether yours do. Rows that are
/// appended later are not seen. Thread-safe; no allocation once the pool is warm.
/// </remarks>
public sealed class MatryoshkaSearcher
{
    private const int BatchRows = 256;

    private readonly FloatScorers _scorers;
    private readonly PrefixScorer _prefixes;
    private readonly IdlePool<TopK> _candidates = new(_ => new TopK(1));

    /// <summary>Binds to rows; under cosine it computes their prefixes' norms, O(rows × prefix).</summary>
    /// <param name="metric">How distances are measured.</param>
    /// <param name="dimensions">Elements of a row.</param>
    /// <param name="rows">Of <see cref="FloatScorers.ColumnsFor"/>(metric, dimensions) columns.</param>
    /// <param name="options">Prefix and candidates.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option, or a number of dimensions, is out of range.</exception>
    /// <exception cref="ArgumentException">The rows have another number of columns.</exception>
    public MatryoshkaSearcher(Metric metric, int dimensions, RowMatrix<float> rows, MatryoshkaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _scorers = new FloatScorers(metric, dimensions, rows);
        options.Validate(dimensions);
        Options = options;
        _prefixes = new PrefixScorer(metric, rows, options.PrefixDimensions);
    }

    /// <summary>Prefix and candidates.</summary>
    public MatryoshkaOptions Options { get; }

    /// <summary>
    /// Offers the candidates with their exact distances: O(rows × prefix + k × rerank factor × dimensions).
    /// </summary>
    /// <param name="query">As many finite floats as there are dimensions.</param>
    /// <param name="nearest">Takes k, its capacity.</param>
    /// <param name="cancellation">Asked every few hundred rows.</param>
    /// <exception cref="ArgumentException">The query has another number of dimensions.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Search(ReadOnlySpan<float> query, TopK nearest, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(nearest);
        using IScorer scorer = _scorers.ForQuery(query);
        long wanted = (long)nearest.Capacity * Options.RerankFactor;
        TopK candidates = _candidates.Rent();
        candidates.Reset((int)Math.Clamp(wanted, 1, Math.Max(1, _prefixes.Count)));
        _prefixes.Rank(query, candidates, cancellation);
        Rescore(scorer, candidates.Sorted(), nearest);
        _candidates.Return(candidates);
    }

    private static void Rescore(IScorer scorer, ReadOnlySpan<Scored> candidates, TopK nearest)
    {
        Span<Ordinal> ordinals = stackalloc Ordinal[BatchRows];
        Span<float> distances = stackalloc float[BatchRows];
        while (!candidates.IsEmpty)
        {
            int size = Math.Min(BatchRows, candidates.Length);
            for (int i = 0; i < size; i++)
            {
                ordinals[i] = candidates[i].Ordinal;
            }

            scorer.Score(ordinals[..size], distances);
            for (int i = 0; i < size; i++)
            {
                nearest.Push(distances[i], ordinals[i]);
            }

            candidates = candidates[size..];
        }
    }
}
