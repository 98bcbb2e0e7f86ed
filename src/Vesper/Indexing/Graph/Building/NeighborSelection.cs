using System.Diagnostics;
using Vesper.Indexing.Graph.Walking;

namespace Vesper.Indexing.Graph.Building;

/// <summary>
/// Chooses a node's neighbours among candidates by diversity (the paper's Algorithm 4, without extending the
/// candidates and without keeping pruned ones): nearest first, a candidate is left out when it is nearer to a chosen
/// one than to the node.
/// </summary>
/// <remarks>
/// Ties: a candidate as near to a chosen one as to the node stays, except where all three distances are equal. Those
/// are copies of one vector (or indistinguishable from it): keeping one keeps the rest of the list for other
/// directions, while the rule of plain ties would fill lists with copies, and strict pruning would let a copy prune
/// every other candidate. Each chosen candidate is scored against all that are left in one batch: the same
/// comparisons as candidate by candidate, with few scorers and long batches.
/// </remarks>
internal sealed class NeighborSelection
{
    private readonly List<int> _chosen = [];
    private bool[] _pruned = [];
    private int[] _places = [];
    private Ordinal[] _nodes = [];
    private float[] _distances = [];

    /// <summary>The chosen nodes, nearest first.</summary>
    public List<int> Chosen => _chosen;

    /// <summary>Chooses.</summary>
    /// <param name="store">Scores candidates against each other.</param>
    /// <param name="candidates">Keys with the distance to the node, ascending, distinct nodes.</param>
    /// <param name="pinned">Candidates that are chosen in any case, by index; empty for none.</param>
    /// <param name="limit">Most nodes chosen, at least the number of pinned ones.</param>
    public void Choose(IVectorStore store, ReadOnlySpan<ulong> candidates, ReadOnlySpan<bool> pinned, int limit)
    {
        Begin(candidates.Length);
        var reserved = pinned.Count(true);
        Debug.Assert(reserved <= limit, "Pinned candidates must fit.");
        for (var i = 0; i < candidates.Length && _chosen.Count < limit; i++)
        {
            var isPinned = IsPinned(pinned, i);
            if (!isPinned && (_pruned[i] || _chosen.Count + reserved == limit))
            {
                continue;
            }

            reserved -= isPinned ? 1 : 0;
            _chosen.Add(CandidateKey.Ordinal(candidates[i]));
            if (_chosen.Count + reserved < limit)
            {
                Prune(store, candidates, pinned, i);
            }
        }
    }

    private static bool IsPinned(ReadOnlySpan<bool> pinned, int index) => !pinned.IsEmpty && pinned[index];

    private void Begin(int candidates)
    {
        _chosen.Clear();
        if (_pruned.Length < candidates)
        {
            _pruned = new bool[candidates];
            _places = new int[candidates];
            _nodes = new Ordinal[candidates];
            _distances = new float[candidates];
        }

        _pruned.AsSpan(0, candidates).Clear();
    }

    /// <summary>Prunes what the candidate at <paramref name="chosen"/> makes redundant among those after it.</summary>
    private void Prune(IVectorStore store, ReadOnlySpan<ulong> candidates, ReadOnlySpan<bool> pinned, int chosen)
    {
        var left = 0;
        for (var i = chosen + 1; i < candidates.Length; i++)
        {
            if (!_pruned[i] && !IsPinned(pinned, i))
            {
                _places[left] = i;
                _nodes[left++] = new Ordinal(CandidateKey.Ordinal(candidates[i]));
            }
        }

        if (left == 0)
        {
            return;
        }

        using var scorer = store.ScorerFor(new Ordinal(CandidateKey.Ordinal(candidates[chosen])));
        scorer.Prefetch(_nodes.AsSpan(0, left));
        scorer.Score(_nodes.AsSpan(0, left), _distances.AsSpan(0, left));
        var chosenDistance = CandidateKey.Distance(candidates[chosen]);
        for (var i = 0; i < left; i++)
        {
            var toNode = CandidateKey.Distance(candidates[_places[i]]);
            _pruned[_places[i]] = _distances[i] < toNode || (_distances[i] == toNode && chosenDistance == toNode);
        }
    }
}
