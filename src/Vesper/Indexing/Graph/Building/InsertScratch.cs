using Vesper.Indexing.Graph.Walking;

namespace Vesper.Indexing.Graph.Building;

/// <summary>Working memory of one insertion, to be reused. One thread.</summary>
internal sealed class InsertScratch
{
    private readonly ulong[] _keys = new ulong[MaxCandidates];
    private readonly Ordinal[] _nodes = new Ordinal[MaxCandidates];
    private readonly float[] _distances = new float[MaxCandidates];

    /// <summary>A full list on layer 0 at the largest M, and the link that is one too many.</summary>
    private const int MaxCandidates = (2 * 128) + 1;

    /// <summary>Finds candidates.</summary>
    public GraphWalk Walk { get; } = new();

    /// <summary>Chooses among them.</summary>
    public NeighborSelection Selection { get; } = new();

    /// <summary>Marks candidates that stay in any case.</summary>
    public bool[] Pinned { get; } = new bool[MaxCandidates];

    /// <summary>The members of a list and one more, nearest to the node first.</summary>
    public ReadOnlySpan<ulong> Rank(IVectorStore store, int node, ReadOnlySpan<int> list, int added)
    {
        var count = list.Length + 1;
        for (var i = 0; i < list.Length; i++)
        {
            _nodes[i] = new Ordinal(list[i]);
        }

        _nodes[list.Length] = new Ordinal(added);
        using (var scorer = store.ScorerFor(new Ordinal(node)))
        {
            scorer.Prefetch(_nodes.AsSpan(0, count));
            scorer.Score(_nodes.AsSpan(0, count), _distances.AsSpan(0, count));
        }

        for (var i = 0; i < count; i++)
        {
            _keys[i] = CandidateKey.Of(_distances[i], _nodes[i].Value);
        }

        _keys.AsSpan(0, count).Sort();
        return _keys.AsSpan(0, count);
    }
}
