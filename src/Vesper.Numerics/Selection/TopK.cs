namespace Vesper.Numerics.Selection;

/// <summary>The k nearest of the candidates pushed, by (distance, tie order). Reusable; no allocation after construction at a size.</summary>
/// <remarks>One thread. Ties go by <c>ties</c> when given, else by lower ordinal. NaN distances are refused by a debug assertion.</remarks>
public sealed class TopK
{
    /// <summary>An empty collector of capacity k ≥ 1.</summary>
    public TopK(int k, IComparer<Ordinal>? ties = null) => throw new NotImplementedException();

    /// <summary>Empties it and sets a new capacity and tie order.</summary>
    public void Reset(int k, IComparer<Ordinal>? ties = null) => throw new NotImplementedException();

    /// <summary>Most entries kept.</summary>
    public int Capacity => throw new NotImplementedException();

    /// <summary>Entries kept now.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Distance that a candidate must not exceed to get in: +∞ until full.</summary>
    public float Worst => throw new NotImplementedException();

    /// <summary>Offers one candidate. O(log k) when it gets in, O(1) when not.</summary>
    public bool Push(float distance, Ordinal ordinal) => throw new NotImplementedException();

    /// <summary>Sorts what is kept, nearest first, and returns it; the content stays until <see cref="Reset"/>, pushing more is not allowed before.</summary>
    public ReadOnlySpan<Scored> Sorted() => throw new NotImplementedException();
}

/// <summary>A row and its distance (smaller is nearer).</summary>
public readonly record struct Scored(float Distance, Ordinal Ordinal);
