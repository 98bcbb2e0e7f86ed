namespace Vesper.Indexing.Graph;

/// <summary>A node of the highest layer, where walks begin.</summary>
internal readonly record struct EntryPoint(int Node, int Level)
{
    /// <summary>Of an empty graph.</summary>
    public static EntryPoint None => new(GraphLinks.None, -1);

    /// <summary>Whether the graph is empty.</summary>
    public bool IsNone => Node < 0;
}
