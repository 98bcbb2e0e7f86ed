namespace Vesper.Numerics.Selection;

/// <summary>A dense, fixed-length set of ordinals: one bit each. Not thread-safe for writers.</summary>
public sealed class BitSet
{
    /// <summary>An empty set for ordinals 0 … length − 1.</summary>
    public BitSet(int length) => throw new NotImplementedException();

    /// <summary>One more than the largest ordinal it can hold.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>Whether the ordinal is in. Ordinals ≥ length are not.</summary>
    public bool Contains(int ordinal) => throw new NotImplementedException();

    /// <summary>Adds one ordinal.</summary>
    public void Add(int ordinal) => throw new NotImplementedException();

    /// <summary>Removes one ordinal.</summary>
    public void Remove(int ordinal) => throw new NotImplementedException();

    /// <summary>Adds all of 0 … length − 1.</summary>
    public void Fill() => throw new NotImplementedException();

    /// <summary>Removes all.</summary>
    public void Clear() => throw new NotImplementedException();

    /// <summary>Keeps what is in both. Lengths must be equal, as for the other set operations.</summary>
    public void And(BitSet other) => throw new NotImplementedException();

    /// <summary>Adds what is in the other.</summary>
    public void Or(BitSet other) => throw new NotImplementedException();

    /// <summary>Removes what is in the other.</summary>
    public void AndNot(BitSet other) => throw new NotImplementedException();

    /// <summary>Complements it.</summary>
    public void Not() => throw new NotImplementedException();

    /// <summary>How many ordinals are in (population count).</summary>
    public int Count() => throw new NotImplementedException();

    /// <summary>The smallest member ≥ <paramref name="from"/>, or −1.</summary>
    public int Next(int from) => throw new NotImplementedException();
}
