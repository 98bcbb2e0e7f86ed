using System.Diagnostics;
using Vesper.Indexing.Ivf.Lists;

namespace Vesper.Indexing.Ivf.Searching;

/// <summary>The working memory of one search of inverted lists, reused. One thread at a time.</summary>
internal sealed class IvfScan
{
    // As many rows as tighten the threshold often enough, and are worth a call.
    private const int StripRows = 512;
    private const int RerankBatch = 128;

    private readonly int[] _positions = new int[StripRows];
    private readonly float[] _estimates = new float[StripRows];
    private readonly TopK _lists = new(1);
    private readonly TopK _candidates = new(1);
    private float[] _query = [];

    /// <summary>The best candidates of the lists scanned, by estimate.</summary>
    public ReadOnlySpan<Scored> Candidates => _candidates.Sorted();

    /// <summary>Candidates so far.</summary>
    public int Found => _candidates.Count;

    /// <summary>Copies a query as the lists see it.</summary>
    public ReadOnlySpan<float> Prepare(IvfModel model, ReadOnlySpan<float> query)
    {
        if (_query.Length < query.Length)
        {
            _query = new float[query.Length];
        }

        var prepared = _query.AsSpan(0, query.Length);
        model.Prepare(query, prepared);
        return prepared;
    }

    /// <summary>Readies room for so many candidates.</summary>
    public void Begin(int candidates) => _candidates.Reset(candidates);

    /// <summary>Finds the lists nearest to the query.</summary>
    public void FindLists(in ListProbe probe, int count, CancellationToken cancellation)
    {
        _lists.Reset(count);
        probe.Model.Nearest(probe.Query, _lists, cancellation);
    }

    /// <summary>Scans lists that were found, nearest first, and keeps the best rows that pass.</summary>
    public void ScanLists(
        in ListProbe probe, ListRange range, in IndexSearch search, CancellationToken cancellation)
    {
        var nearest = _lists.Sorted();
        for (var i = range.First; i < nearest.Length && Found < range.Enough; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ScanList(probe, nearest[i], search);
        }
    }

    /// <summary>Offers the candidates with their true distances.</summary>
    public void Rerank(IScorer scorer, TopK into)
    {
        Span<Ordinal> batch = stackalloc Ordinal[RerankBatch];
        Span<float> distances = stackalloc float[RerankBatch];
        var candidates = Candidates;
        while (!candidates.IsEmpty)
        {
            var count = Math.Min(RerankBatch, candidates.Length);
            for (var i = 0; i < count; i++)
            {
                batch[i] = candidates[i].Ordinal;
            }

            scorer.Prefetch(batch[..count]);
            scorer.Score(batch[..count], distances);
            for (var i = 0; i < count; i++)
            {
                into.Push(distances[i], batch[i]);
            }

            candidates = candidates[count..];
        }
    }

    private void ScanList(in ListProbe probe, Scored list, in IndexSearch search)
    {
        var (lists, number) = (probe.Lists, list.Ordinal.Value);
        var terms = probe.Model.TermsOf(probe.Query, list);
        foreach (var piece in lists.PiecesOf(number))
        {
            for (var from = 0; from < piece.Ordinals.Length; from += StripRows)
            {
                var rows = Math.Min(StripRows, piece.Ordinals.Length - from);
                var strip = piece.Slice(from, rows, lists.BlockBytes);
                var found = probe.Scorer.Scan(
                    strip.Blocks, rows, terms, _candidates.Worst, _positions, _estimates);
                Debug.Assert(found <= rows, "a row is found once");
                Keep(strip.Ordinals, found, search);
            }
        }
    }

    private void Keep(ReadOnlySpan<int> ordinals, int found, in IndexSearch search)
    {
        for (var i = 0; i < found; i++)
        {
            var ordinal = ordinals[_positions[i]];
            if (_estimates[i] <= _candidates.Worst && Passes(ordinal, search))
            {
                _candidates.Push(_estimates[i], new Ordinal(ordinal));
            }
        }
    }

    /// <summary>Whether an entry may be a result: not removed, below the limit, let through by the filter.</summary>
    private static bool Passes(int ordinal, in IndexSearch search) =>
        ordinal >= 0
        && ordinal < search.Limit
        && (search.Filter is null || search.Filter.Contains(new Ordinal(ordinal)));
}

/// <summary>One query on its way through lists.</summary>
internal readonly ref struct ListProbe(
    IvfModel model, InvertedLists lists, IBlockScorer scorer, ReadOnlySpan<float> query)
{
    public IvfModel Model { get; } = model;

    public InvertedLists Lists { get; } = lists;

    /// <summary>Bound to the query.</summary>
    public IBlockScorer Scorer { get; } = scorer;

    /// <summary>Prepared.</summary>
    public ReadOnlySpan<float> Query { get; } = query;
}

/// <summary>Which of the lists found are scanned.</summary>
/// <param name="First">From this one on.</param>
/// <param name="Enough">Until so many candidates are there.</param>
internal readonly record struct ListRange(int First, int Enough);
