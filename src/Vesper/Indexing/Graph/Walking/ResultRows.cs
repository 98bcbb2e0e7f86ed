namespace Vesper.Indexing.Graph.Walking;

/// <summary>Which nodes of a walk are results: below the limit, and passing the filter when there is one.</summary>
internal readonly struct ResultRows(IOrdinalFilter? filter, int limit)
{
    private readonly BitSet? _bitmap = filter?.Bitmap;

    /// <summary>Whether the node is a result.</summary>
    public bool Contains(Ordinal node)
    {
        if (node.Value >= limit)
        {
            return false;
        }

        return _bitmap is not null ? _bitmap.Contains(node.Value) : filter is null || filter.Contains(node);
    }
}
