using System.Diagnostics;

namespace Vesper.Indexing.Graph.Walking;

/// <summary>
/// Walks a graph towards a scorer's vector: greedily down the upper layers, then best-first with a bounded pool (the
/// paper's Algorithms 5 and 2). The pool is both frontier and result: a candidate that falls out of it would never be
/// followed.
/// </summary>
/// <remarks>
/// One thread. Holds the working memory of a walk, to be reused; nothing is allocated once it has grown.
/// </remarks>
internal sealed class GraphWalk
{
    private const int RoundsPerCheck = 256;

    private readonly NeighborBatch _batch = new();
    private readonly CandidateHeap _frontier = new();
    private GraphLinks _links = null!;
    private IScorer _scorer = null!;

    /// <summary>The candidates that the last walk kept.</summary>
    public CandidatePool Pool { get; } = new();

    /// <summary>Binds to a graph and a scorer.</summary>
    /// <param name="bound">Nodes of the graph that the walk may see; read after the entry point.</param>
    public void Begin(GraphLinks links, IScorer scorer, int bound)
    {
        _links = links;
        _scorer = scorer;
        _batch.Begin(bound, links.Capacity(0));
    }

    /// <summary>Lets go of what <see cref="Begin"/> bound, so that pooled memory keeps no graph alive.</summary>
    public void End()
    {
        _links = null!;
        _scorer = null!;
    }

    /// <summary>Goes greedily from the entry point down to a layer, and returns the nearest node met.</summary>
    public int Descend(EntryPoint entry, int toLayer)
    {
        _batch.Clear();
        _batch.Single(entry.Node);
        _batch.Score(_scorer);
        var nearest = _batch.Key(0);
        for (var layer = entry.Level; layer >= toLayer; layer--)
        {
            nearest = Greedy(layer, nearest);
        }

        return CandidateKey.Ordinal(nearest);
    }

    /// <summary>
    /// Fills the pool with the nearest nodes of a layer that a walk from <paramref name="start"/> finds.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="start">A node of it.</param>
    /// <param name="effort">Candidates kept (ef).</param>
    public void SearchLayer(int layer, int start, int effort, CancellationToken cancellation)
    {
        Pool.Reset(effort);
        Start(start);
        Admit();
        for (var rounds = 1; Pool.TryExpandNext(out var node); rounds++)
        {
            Expand(layer, node);
            Admit();
            if (rounds % RoundsPerCheck == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>
    /// Fills the pool with the nearest nodes of layer 0 that are results. Others are walked through: the frontier is
    /// unbounded and the walk goes on until the nearest node to follow is farther than the worst of a full pool. It
    /// ends, since it follows each node once.
    /// </summary>
    public void SearchPassing(int start, int effort, in ResultRows results, CancellationToken cancellation)
    {
        Pool.Reset(effort);
        _frontier.Clear();
        Start(start);
        AdmitPassing(results);
        for (var rounds = 1; _frontier.Count > 0; rounds++)
        {
            var nearest = _frontier.Pop();
            if (nearest > Pool.Worst)
            {
                break;
            }

            Expand(0, CandidateKey.Ordinal(nearest));
            AdmitPassing(results);
            if (rounds % RoundsPerCheck == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private void Start(int node)
    {
        _batch.ForgetVisited();
        _batch.Clear();
        _batch.Single(node);
        _batch.Score(_scorer);
    }

    private void Expand(int layer, int node)
    {
        _batch.Clear();
        _batch.Gather(_links.List(layer, node));
        _batch.Score(_scorer);
    }

    private void Admit()
    {
        var pool = Pool;
        var worst = pool.Worst;
        for (var i = 0; i < _batch.Count; i++)
        {
            var key = _batch.Key(i);
            if (key < worst)
            {
                pool.Insert(key);
                worst = pool.Worst;
            }
        }
    }

    private void AdmitPassing(in ResultRows results)
    {
        for (var i = 0; i < _batch.Count; i++)
        {
            var key = _batch.Key(i);
            if (key >= Pool.Worst)
            {
                continue;
            }

            _frontier.Push(key);
            if (results.Contains(_batch.Node(i)))
            {
                Pool.Insert(key);
            }
        }
    }

    private ulong Greedy(int layer, ulong nearest)
    {
        ulong from;
        do
        {
            from = nearest;
            Expand(layer, CandidateKey.Ordinal(from));
            for (var i = 0; i < _batch.Count; i++)
            {
                nearest = Math.Min(nearest, _batch.Key(i));
            }
        }
        while (nearest != from);
        Debug.Assert(CandidateKey.Ordinal(nearest) >= 0, "A walk stays on nodes.");
        return nearest;
    }
}
