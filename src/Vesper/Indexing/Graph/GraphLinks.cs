using System.Diagnostics;

namespace Vesper.Indexing.Graph;

/// <summary>
/// The links of a graph in native memory. Layer 0: a slot of 2 M ordinals per node; each layer above: a slot of M for
/// the nodes that reach it. A list ends at its first <see cref="End"/>, or is full.
/// </summary>
/// <remarks>
/// Readers take no lock. A list only ever holds <see cref="End"/> or nodes whose own lists were complete before they
/// were linked (a volatile write publishes them), so a reader beside a writer sees a mix of an old and a new list,
/// each entry valid. Writers hold the node's lock (<see cref="Building.GraphInserter"/>).
/// </remarks>
internal sealed class GraphLinks : IDisposable
{
    /// <summary>Ends a list that is not full.</summary>
    public const int End = -1;

    /// <summary>The parent of the root, and of nodes that are not in.</summary>
    public const int None = -1;

    /// <summary>Highest layer a node may reach.</summary>
    public const int MaxLevel = 24;

    private readonly NativeBlocks<GraphNode> _nodes;
    private readonly NativeBlocks<int> _base;
    private readonly NativeBlocks<int> _upper;
    private long _upperSlots;

    /// <summary>No nodes.</summary>
    /// <param name="m">Links per node on the upper layers, 2 to 128; twice as many on layer 0.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    public GraphLinks(int m, MemoryScope scope)
    {
        Debug.Assert(m is >= 2 and <= 128, "M is validated with the options, or when a file is read.");
        M = m;
        _nodes = new NativeBlocks<GraphNode>(1, scope);
        _base = new NativeBlocks<int>(2 * m, scope);
        _upper = new NativeBlocks<int>(m, scope);
    }

    /// <summary>Links per node on the upper layers.</summary>
    public int M { get; }

    /// <summary>Most links of one node on a layer.</summary>
    public int Capacity(int layer) => layer == 0 ? 2 * M : M;

    /// <summary>Makes place for a node with empty lists on the layers 0 … level. Thread-safe; once per node.</summary>
    public void Add(int node, int level)
    {
        Debug.Assert(node >= 0 && level is >= 0 and <= MaxLevel, "Levels are drawn or validated below the maximum.");
        _nodes.Reserve(node + 1L);
        _base.Reserve(node + 1L);
        var firstUpper = Interlocked.Add(ref _upperSlots, level) - level;
        _upper.Reserve(firstUpper + level);
        _nodes[node][0] = new GraphNode { Parent = None, Level = level, FirstUpper = (int)firstUpper };
        for (var layer = 0; layer <= level; layer++)
        {
            List(layer, node).Fill(End);
        }
    }

    /// <summary>
    /// A node's slot on a layer that it reaches. Elements are read with <see cref="Volatile"/> beside writers.
    /// </summary>
    public Span<int> List(int layer, int node) => layer == 0 ? _base[node] : UpperList(layer, node);

    /// <summary>A node's links on a layer. Only while no one writes to that list.</summary>
    public ReadOnlySpan<int> Links(int layer, int node)
    {
        var list = List(layer, node);
        var length = list.IndexOf(End);
        return length < 0 ? list : list[..length];
    }

    /// <summary>The highest layer that a node reaches.</summary>
    public int Level(int node) => _nodes[node][0].Level;

    /// <summary>
    /// The node that took this one in: their two links on layer 0 are never pruned, which keeps the layer strongly
    /// connected.
    /// </summary>
    public int Parent(int node) => _nodes[node][0].Parent;

    /// <summary>Sets the parent; once, before anything links to the node.</summary>
    public void SetParent(int node, int parent)
    {
        Debug.Assert(node != parent && Parent(node) == None, "A node is taken in once.");
        _nodes[node][0].Parent = parent;
    }

    /// <summary>Whether the link between two nodes on layer 0 belongs to the spanning tree.</summary>
    public bool IsTreeLink(int one, int other) => Parent(one) == other || Parent(other) == one;

    /// <summary>Adds a complete node as it is in another graph of the same M. No writers may run in either.</summary>
    public void CopyFrom(GraphLinks source, int node)
    {
        Debug.Assert(source.M == M, "Slots are of equal width.");
        var level = source.Level(node);
        Add(node, level);
        _nodes[node][0].Parent = source.Parent(node);
        for (var layer = 0; layer <= level; layer++)
        {
            source.List(layer, node).CopyTo(List(layer, node));
        }

        Complete(node);
    }

    /// <summary>Marks a node as fully inserted.</summary>
    public void Complete(int node) => Volatile.Write(ref _nodes[node][0].Completed, 1);

    /// <summary>Whether a node is fully inserted; also asked of nodes that have no place yet.</summary>
    public bool IsComplete(int node) => node < _nodes.Capacity && Volatile.Read(ref _nodes[node][0].Completed) != 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _nodes.Dispose();
        _base.Dispose();
        _upper.Dispose();
    }

    private Span<int> UpperList(int layer, int node)
    {
        ref var record = ref _nodes[node][0];
        Debug.Assert(layer <= record.Level, "A node has lists on its own layers only.");
        return _upper[record.FirstUpper + layer - 1];
    }

    /// <summary>What is kept of a node beside its links.</summary>
    private struct GraphNode
    {
        public int Parent;
        public int Level;
        public int FirstUpper;
        public int Completed;
    }
}
