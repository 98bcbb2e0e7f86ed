using Vesper.Numerics.Execution;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Quantization.Matryoshka;

/// <summary>Measures how much of the exact answer prefixes of dimensions find, before one relies on them.</summary>
public static class MatryoshkaAnalysis
{
    /// <summary>
    /// Recall for each prefix and rerank factor, in the order of the options: O(queries × rows × (dimensions + sum of
    /// prefixes)). The result does not depend on the executor.
    /// </summary>
    /// <param name="data">Rows and queries.</param>
    /// <param name="options">Prefixes, rerank factors, k.</param>
    /// <param name="executor">Runs queries side by side.</param>
    /// <param name="progress">Told the share that is done, 0 … 1, after each query.</param>
    /// <param name="cancellation">Asked every few hundred rows.</param>
    /// <exception cref="ArgumentException">There are no rows or queries, or their columns do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<MatryoshkaRecall> Measure(
        MatryoshkaData data,
        MatryoshkaAnalysisOptions options,
        IExecutor executor,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(executor);
        options.Validate(data.Dimensions);
        int queries = data.Queries.Count;
        if (data.Rows.Count == 0 || queries == 0 || data.Queries.Columns < data.Dimensions)
        {
            throw new ArgumentException("Rows and queries of all dimensions are needed.", nameof(data));
        }

        // The exact answer is that of a prefix of all dimensions.
        var whole = new PrefixScorer(data.Metric, data.Rows, data.Dimensions);
        PrefixScorer[] prefixes =
            [.. options.Prefixes.Select(prefix => new PrefixScorer(data.Metric, data.Rows, prefix))];
        var hits = new long[queries][];
        int done = 0;
        executor.Run(
            queries,
            query =>
            {
                float[] elements = data.Queries.Row(query)[..data.Dimensions].ToArray();
                HashSet<Ordinal> truth = [.. Ranked(whole, elements, options.K, cancellation)];
                hits[query] = Hits(prefixes, elements, truth, options, cancellation);
                progress?.Report((double)Interlocked.Increment(ref done) / queries);
            },
            cancellation);
        double wanted = (double)queries * Math.Min(options.K, data.Rows.Count);
        int factors = options.RerankFactors.Count;
        return
        [
            .. from i in Enumerable.Range(0, prefixes.Length)
               from j in Enumerable.Range(0, factors)
               let recall = hits.Sum(ofQuery => ofQuery[i * factors + j]) / wanted
               select new MatryoshkaRecall(options.Prefixes[i], options.RerankFactors[j], recall),
        ];
    }

    /// <summary>True neighbours among the candidates, by prefix and rerank factor.</summary>
    private static long[] Hits(
        PrefixScorer[] prefixes,
        float[] query,
        HashSet<Ordinal> truth,
        MatryoshkaAnalysisOptions options,
        CancellationToken cancellation)
    {
        long most = options.RerankFactors.Max(factor => (long)factor * options.K);
        var hits = new List<long>();
        foreach (PrefixScorer prefix in prefixes)
        {
            Ordinal[] ranked = Ranked(prefix, query, most, cancellation);
            foreach (int factor in options.RerankFactors)
            {
                int candidates = (int)Math.Min((long)factor * options.K, ranked.Length);
                hits.Add(ranked.Take(candidates).LongCount(truth.Contains));
            }
        }

        return [.. hits];
    }

    private static Ordinal[] Ranked(PrefixScorer scorer, float[] query, long count, CancellationToken cancellation)
    {
        var nearest = new TopK((int)Math.Min(count, scorer.Count));
        scorer.Rank(query, nearest, cancellation);
        Scored[] ranked = nearest.Sorted().ToArray();
        return Array.ConvertAll(ranked, scored => scored.Ordinal);
    }
}
