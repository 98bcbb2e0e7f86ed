using System.Collections.Concurrent;
using System.Diagnostics;
using Vesper.Segments;

namespace Vesper.Query.Execution;

/// <summary>
/// Runs a search over one version: every segment, exact rerank, merge by (score, id), then payloads and vectors.
/// </summary>
internal static class SearchExecutor
{
    private static readonly ConcurrentBag<Scratch> Pool = [];

    public static IReadOnlyList<SearchHit> Search(SearchQuery query, SegmentSet set, CancellationToken cancellation)
    {
        var scratch = Pool.TryTake(out var pooled) ? pooled : new Scratch();
        try
        {
            foreach (var view in set.Views)
            {
                SegmentSearcher.Search(query, view, scratch.Sets, scratch.Nearest, cancellation);
                Rerank(query, view, scratch);
                scratch.Sets.ReturnAll();
            }

            return Collect(query, scratch);
        }
        finally
        {
            scratch.Candidates.Clear();
            scratch.Sets.ReturnAll();
            Pool.Add(scratch);
        }
    }

    private static void Rerank(SearchQuery query, SegmentView view, Scratch scratch)
    {
        var store = view.Segment.Vectors(query.Field);
        var vector = scratch.Vector(query.Options.Dimensions);
        var sign = ExactScore.LargerIsBetter(query.Options.Metric) ? -1 : 1;
        foreach (var (_, row) in scratch.Nearest.Sorted())
        {
            Debug.Assert(view.Contains(row), "dead rows are never candidates");
            store.Read(row, vector);
            var key = ExactScore.Key(query.Options.Metric, query.Request.Vector.Span, vector);
            if (query.Request.ScoreThreshold is not { } threshold || key <= sign * threshold)
            {
                scratch.Candidates.Add(new Candidate(key, view.Segment.Ids[row], view, row));
            }
        }
    }

    private static IReadOnlyList<SearchHit> Collect(SearchQuery query, Scratch scratch)
    {
        scratch.Candidates.Sort();
        var request = query.Request;
        var count = Math.Clamp(scratch.Candidates.Count - request.Offset, 0, request.Limit);
        var hits = new SearchHit[count];
        var sign = ExactScore.LargerIsBetter(query.Options.Metric) ? -1 : 1;
        for (var at = 0; at < count; at++)
        {
            var candidate = scratch.Candidates[request.Offset + at];
            hits[at] = new SearchHit(
                candidate.Id,
                sign * candidate.Key,
                request.WithPayload ? PointReader.Payload(candidate.View, candidate.Row) : null,
                request.WithVectors ? PointReader.Vectors(candidate.View, candidate.Row) : null);
        }

        return hits;
    }

    /// <summary>A row with the key it sorts by: smaller is better, equal ones by id.</summary>
    private readonly record struct Candidate(float Key, PointId Id, SegmentView View, Ordinal Row)
        : IComparable<Candidate>
    {
        public int CompareTo(Candidate other) => Key != other.Key ? Key.CompareTo(other.Key) : Id.CompareTo(other.Id);
    }

    private sealed class Scratch
    {
        private float[] _vector = [];

        public TopK Nearest { get; } = new(1);

        public BitSetPool Sets { get; } = new();

        public List<Candidate> Candidates { get; } = [];

        public Span<float> Vector(int dimensions)
        {
            if (_vector.Length < dimensions)
            {
                _vector = new float[dimensions];
            }

            return _vector.AsSpan(0, dimensions);
        }
    }
}
