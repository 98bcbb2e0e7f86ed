namespace Vesper.Indexing.Graph.Format;

/// <summary>The sealed form of a graph (docs/formats/graph.md), shared by its writer and its reader.</summary>
internal static class GraphFormat
{
    /// <summary>Bytes of the header: count, M, top level, reserved, entry point, all 32-bit.</summary>
    public const int HeaderBytes = 20;

    /// <summary>Bytes that a node takes at least: its level, its parent, and the count of one list.</summary>
    public const int MinNodeBytes = 3;

    /// <summary>Bytes of the longest 32-bit number.</summary>
    public const int MaxNumberBytes = 5;

    /// <summary>The most bytes one list takes: its count and its links.</summary>
    public static int MaxListBytes(int capacity) => (capacity + 1) * MaxNumberBytes;
}
