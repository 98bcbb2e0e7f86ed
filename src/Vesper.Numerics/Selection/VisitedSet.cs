namespace Vesper.Numerics.Selection;

/// <summary>Marks of the nodes that one graph walk has seen; clearing is O(1) by epoch. One thread; pool it.</summary>
public sealed class VisitedSet
{
    /// <summary>Starts a new walk over ordinals 0 … length − 1 (grows when needed).</summary>
    public void Begin(int length) => throw new NotImplementedException();

    /// <summary>Marks the ordinal; false when it was marked already in this walk.</summary>
    public bool Add(int ordinal) => throw new NotImplementedException();
}
