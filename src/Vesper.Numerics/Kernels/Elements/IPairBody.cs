namespace Vesper.Numerics.Kernels.Elements;

/// <summary>How one query and one row are folded into a distance.</summary>
/// <remarks>Unchecked: both have as many elements as is said.</remarks>
internal interface IPairBody<TQuery, TRow, TDistance>
{
    /// <summary>Shortest vectors of <see cref="FoldLong"/>.</summary>
    static abstract int LongLength { get; }

    /// <summary>The distance (smaller is nearer) of long vectors.</summary>
    static abstract TDistance FoldLong(ref TQuery query, ref TRow row, nuint length);

    /// <summary>The distance of vectors of any length.</summary>
    static abstract TDistance FoldShort(ref TQuery query, ref TRow row, nuint length);
}
