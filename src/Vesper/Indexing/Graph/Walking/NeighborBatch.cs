using System.Diagnostics;

namespace Vesper.Indexing.Graph.Walking;

/// <summary>
/// One round of a walk: unvisited neighbours are gathered, then scored together, then taken up one by one.
/// </summary>
/// <remarks>
/// The steps are small methods on purpose: one big loop over all of them spills registers and is promoted late.
/// </remarks>
internal sealed class NeighborBatch
{
    private readonly VisitedSet _visited = new();
    private Ordinal[] _nodes = [];
    private float[] _distances = [];
    private int _bound;

    /// <summary>Neighbours in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Starts a walk that sees the nodes below <paramref name="bound"/> only.</summary>
    /// <param name="bound">Nodes in the graph when the walk starts; later ones are passed over.</param>
    /// <param name="capacity">Most neighbours gathered in one round.</param>
    public void Begin(int bound, int capacity)
    {
        _bound = bound;
        _visited.Begin(bound);
        Count = 0;
        if (_nodes.Length < capacity)
        {
            _nodes = new Ordinal[capacity];
            _distances = new float[capacity];
        }
    }

    /// <summary>Starts a round.</summary>
    public void Clear() => Count = 0;

    /// <summary>Forgets what was visited.</summary>
    public void ForgetVisited() => _visited.Begin(_bound);

    /// <summary>Adds the members of a list that this walk has not seen.</summary>
    public void Gather(Span<int> list)
    {
        var nodes = _nodes;
        var count = Count;
        Debug.Assert(count + list.Length <= nodes.Length, "Begin was told how many a round gathers.");
        for (var i = 0; i < list.Length; i++)
        {
            var node = Volatile.Read(ref list[i]);
            if (node == GraphLinks.End)
            {
                break;
            }

            if (node < _bound && _visited.Add(node))
            {
                nodes[count++] = new Ordinal(node);
            }
        }

        Count = count;
    }

    /// <summary>Makes the batch one node; marks it as visited.</summary>
    public void Single(int node)
    {
        Debug.Assert(node < _bound, "The entry point is read before the bound.");
        _visited.Add(node);
        _nodes[0] = new Ordinal(node);
        Count = 1;
    }

    /// <summary>Computes the distances of the batch.</summary>
    public void Score(IScorer scorer)
    {
        var nodes = _nodes.AsSpan(0, Count);
        scorer.Prefetch(nodes);
        scorer.Score(nodes, _distances.AsSpan(0, Count));
    }

    /// <summary>The key of a scored neighbour.</summary>
    public ulong Key(int index) => CandidateKey.Of(_distances[index], _nodes[index].Value);

    /// <summary>The node of a neighbour.</summary>
    public Ordinal Node(int index) => _nodes[index];
}
