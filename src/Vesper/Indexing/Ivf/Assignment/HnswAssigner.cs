using Vesper.Indexing.Graph;
using Vesper.Indexing.Vectors;

namespace Vesper.Indexing.Ivf.Assignment;

/// <summary>Nearly always the nearest centroid, by a walk through a graph over the centroids.</summary>
/// <remarks>
/// The walk measures with the pair kernel, so the distance it reports is exact, and the best of the nodes it met is
/// taken, the lowest number among equals; the nearest centroid may not be among them. A row that is not finite gets
/// number 0 at +∞. Thread-safe. O(effort × M × dimensions) a row.
/// </remarks>
internal sealed class HnswAssigner : IAssigner
{
    private readonly FloatVectorStore _store;
    private readonly HnswGraph _graph;
    private readonly int _effort;
    private long _assignments;
    private long _measured;

    /// <summary>Builds the graph, on this thread. O(centroids × efConstruction × M × dimensions).</summary>
    /// <param name="centroids">At least one, finite.</param>
    /// <param name="dimensions">Columns to look at, ≥ 1.</param>
    /// <param name="options">M, efConstruction, and as effort of a walk efSearch; validated by the caller.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="ArgumentException">There are no centroids, or one is not finite or too short.</exception>
    public HnswAssigner(RowMatrix<float> centroids, int dimensions, IndexOptions options, MemoryScope scope)
    {
        ArgumentNullException.ThrowIfNull(centroids);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, centroids.Columns);
        ArgumentOutOfRangeException.ThrowIfZero(centroids.Count, nameof(centroids));
        for (var number = 0; number < centroids.Count; number++)
        {
            if (VectorMath.IndexOfNotFinite(centroids.Row(number)[..dimensions]) >= 0)
            {
                throw new ArgumentException($"Centroid {number} is not finite.", nameof(centroids));
            }
        }

        _effort = options.EfSearch;
        _store = new FloatVectorStore(Metric.L2, dimensions, scope);
        _graph = new HnswGraph(options, _store, scope);
        for (var number = 0; number < centroids.Count; number++)
        {
            _graph.Insert(_store.Append(centroids.Row(number)[..dimensions]));
        }
    }

    /// <inheritdoc/>
    public int Dimensions => _store.Dimensions;

    /// <inheritdoc/>
    public int Count => _store.Count;

    /// <inheritdoc/>
    public bool IsExact => false;

    /// <inheritdoc/>
    /// <remarks>What the walk passed by is not bounded: nothing counts as pruned.</remarks>
    public AssignerStatistics Statistics =>
        new(Interlocked.Read(ref _assignments), Interlocked.Read(ref _measured), 0);

    /// <inheritdoc/>
    public void Assign(RowMatrix<float> rows, int start, Span<int> nearest, Span<float> distances)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Columns, Dimensions, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, rows.Count - nearest.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(distances.Length, nearest.Length);
        var best = new TopK(1);
        var search = new IndexSearch(_effort, Filter: null);
        long measured = 0;
        for (var i = 0; i < nearest.Length; i++)
        {
            (nearest[i], distances[i]) = (0, float.PositiveInfinity);
            var row = rows.Row(start + i)[..Dimensions];
            if (VectorMath.IndexOfNotFinite(row) >= 0)
            {
                continue;
            }

            using var scorer = new CountingScorer(_store.ScorerFor(row));
            best.Reset(1);
            _graph.Search(scorer, search, best, CancellationToken.None);
            foreach (var found in best.Sorted())
            {
                (nearest[i], distances[i]) = (found.Ordinal.Value, found.Distance);
            }

            measured += scorer.Scored;
        }

        Interlocked.Add(ref _assignments, nearest.Length);
        Interlocked.Add(ref _measured, measured);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _graph.Dispose();
        _store.Dispose();
    }
}
