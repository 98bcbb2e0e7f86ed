namespace Vesper.Numerics.Selection;

/// <summary>Which rows of one segment may be results. Thread-safe to read.</summary>
public interface IOrdinalFilter
{
    /// <summary>Whether the row passes.</summary>
    bool Contains(Ordinal ordinal);

    /// <summary>Rows that pass, exact or the best estimate.</summary>
    int Estimate { get; }

    /// <summary>The exact set, when there is one.</summary>
    BitSet? Bitmap { get; }
}
