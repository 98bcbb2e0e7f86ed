using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Indexing.Graph.Walking;

namespace Vesper.Indexing.Graph.Building;

/// <summary>
/// Puts nodes into a graph (the paper's Algorithm 1) from many threads at once: all neighbours are found and the
/// node's own lists written on every layer first; only then do others link to it, so that no walk meets a half-made
/// node.
/// </summary>
/// <remarks>
/// Pruned links could cut parts of layer 0 off, with copies of one vector above all. Therefore a spanning tree is
/// kept in it: each node is taken in by a parent, the nearest one with room, and the two links between them are never
/// pruned. So layer 0 is strongly connected at all times: a walk that gives up nowhere reaches every node from every
/// node.
/// Locks: one per node, striped; a thread holds at most one at a time, and none while it raises the entry
/// point.
/// </remarks>
internal sealed class GraphInserter(GraphLinks links, GraphEntry graphEntry, IVectorStore store, int efConstruction)
{
    private const int Stripes = 512;

    private readonly Lock[] _locks = CreateLocks();

    /// <summary>Most tree links per node: enough children for a bushy tree, enough free slots for diversity.</summary>
    private int MaxTreeLinks => Math.Max(links.M, 3);

    /// <summary>Links a node whose place is reserved, and raises the entry point when it reaches higher.</summary>
    public void Insert(int row)
    {
        var level = links.Level(row);
        graphEntry.Begin(row);
        if (graphEntry.Entry.IsNone && graphEntry.TryStart(new EntryPoint(row, level)))
        {
            return;
        }

        var (entry, bound) = graphEntry.Read();
        var scratch = ScratchPool<InsertScratch>.Rent();
        using (var scorer = store.ScorerFor(new Ordinal(row)))
        {
            scratch.Walk.Begin(links, scorer, bound);
            FindNeighbors(row, entry, scratch);
            TakeIn(row, scratch);
            scratch.Walk.End();
        }

        LinkBack(row, Math.Min(level, entry.Level), scratch);
        ScratchPool<InsertScratch>.Return(scratch);
        if (level > entry.Level)
        {
            graphEntry.Raise(new EntryPoint(row, level));
        }
    }

    private static Lock[] CreateLocks()
    {
        var locks = new Lock[Stripes];
        for (var i = 0; i < Stripes; i++)
        {
            locks[i] = new Lock();
        }

        return locks;
    }

    private Lock LockOf(int node) => _locks[node % Stripes];

    /// <summary>Fills the node's own lists from the top down. Nothing links to it yet.</summary>
    private void FindNeighbors(int row, EntryPoint entry, InsertScratch scratch)
    {
        var walk = scratch.Walk;
        var level = Math.Min(links.Level(row), entry.Level);
        var nearest = walk.Descend(entry, level + 1);
        for (var layer = level; layer >= 0; layer--)
        {
            walk.SearchLayer(layer, nearest, efConstruction, CancellationToken.None);
            scratch.Selection.Choose(store, walk.Pool.Keys, [], links.M);
            CollectionsMarshal.AsSpan(scratch.Selection.Chosen).CopyTo(links.List(layer, row));
            nearest = CandidateKey.Ordinal(walk.Pool.Keys[0]);
        }
    }

    /// <summary>
    /// Finds a parent and links the two: the nearest chosen neighbour with room, else the nearest candidate.
    /// </summary>
    private void TakeIn(int row, InsertScratch scratch)
    {
        foreach (var neighbor in links.Links(0, row))
        {
            if (TryTakeIn(row, neighbor, scratch))
            {
                return;
            }
        }

        foreach (var key in scratch.Walk.Pool.Keys)
        {
            if (TryTakeIn(row, CandidateKey.Ordinal(key), scratch))
            {
                return;
            }
        }

        TakeInBelow(row, CandidateKey.Ordinal(scratch.Walk.Pool.Keys[0]), scratch);
    }

    /// <summary>
    /// Descends the tree from a full node by random children: it ends at a leaf, which has room, at the latest.
    /// </summary>
    private void TakeInBelow(int row, int node, InsertScratch scratch)
    {
        var random = NodeLevel.Hash((ulong)row);
        do
        {
            node = Child(node, random);
            random = NodeLevel.Hash(random);
        }
        while (!TryTakeIn(row, node, scratch));
    }

    private int Child(int node, ulong random)
    {
        lock (LockOf(node))
        {
            var list = links.Links(0, node);
            Span<int> children = stackalloc int[list.Length];
            var count = 0;
            foreach (var neighbor in list)
            {
                children[count] = neighbor;
                count += links.Parent(neighbor) == node ? 1 : 0;
            }

            Debug.Assert(count > 0, "A full node has children: at most one of its three or more tree links leads up.");
            return children[(int)(random % (ulong)count)];
        }
    }

    private bool TryTakeIn(int row, int parent, InsertScratch scratch)
    {
        lock (LockOf(parent))
        {
            var treeLinks = 0;
            foreach (var neighbor in links.Links(0, parent))
            {
                treeLinks += links.IsTreeLink(parent, neighbor) ? 1 : 0;
            }

            if (treeLinks >= MaxTreeLinks)
            {
                return false;
            }

            // Nothing leads to the row yet, so its own list is still this thread's alone.
            EnsureOwnLink(links.List(0, row), parent);
            links.SetParent(row, parent);
            AddLink(0, parent, row, scratch);
            return true;
        }
    }

    /// <summary>
    /// Makes the list lead to the parent; the farthest neighbour gives way when there is no slot left.
    /// </summary>
    private static void EnsureOwnLink(Span<int> list, int parent)
    {
        if (!list.Contains(parent))
        {
            var end = list.IndexOf(GraphLinks.End);
            list[end < 0 ? list.Length - 1 : end] = parent;
        }
    }

    /// <summary>Links the row's neighbours back to it, from layer 0 up.</summary>
    private void LinkBack(int row, int topLayer, InsertScratch scratch)
    {
        Span<int> neighbors = stackalloc int[links.Capacity(0)];
        for (var layer = 0; layer <= topLayer; layer++)
        {
            foreach (var neighbor in neighbors[..CopyLinks(layer, row, neighbors)])
            {
                lock (LockOf(neighbor))
                {
                    AddLink(layer, neighbor, row, scratch);
                }
            }
        }
    }

    private int CopyLinks(int layer, int node, Span<int> into)
    {
        lock (LockOf(node))
        {
            var list = links.Links(layer, node);
            list.CopyTo(into);
            return list.Length;
        }
    }

    /// <summary>Adds a link to a node's list, pruning it when it is full. The caller holds the node's lock.</summary>
    private void AddLink(int layer, int node, int added, InsertScratch scratch)
    {
        var list = links.List(layer, node);
        if (list.Contains(added))
        {
            return;
        }

        var end = list.IndexOf(GraphLinks.End);
        if (end >= 0)
        {
            Volatile.Write(ref list[end], added);
            return;
        }

        var candidates = scratch.Rank(store, node, list, added);
        scratch.Selection.Choose(store, candidates, layer == 0 ? Pin(node, candidates, scratch) : [], list.Length);
        var chosen = CollectionsMarshal.AsSpan(scratch.Selection.Chosen);
        for (var i = 0; i < list.Length; i++)
        {
            Volatile.Write(ref list[i], i < chosen.Length ? chosen[i] : GraphLinks.End);
        }
    }

    private ReadOnlySpan<bool> Pin(int node, ReadOnlySpan<ulong> candidates, InsertScratch scratch)
    {
        var pinned = scratch.Pinned.AsSpan(0, candidates.Length);
        for (var i = 0; i < candidates.Length; i++)
        {
            pinned[i] = links.IsTreeLink(node, CandidateKey.Ordinal(candidates[i]));
        }

        return pinned;
    }
}
