namespace Vesper.Payloads;

/// <summary>What a filter is evaluated against: one segment's payload as one reader sees it.</summary>
internal interface IPayloadView
{
    /// <summary>Rows; results are bit sets of this length. Some rows may be dead: the caller removes them.</summary>
    int Count { get; }

    /// <summary>The row's current JSON text.</summary>
    ReadOnlySpan<byte> PayloadOf(Ordinal row);

    /// <summary>The index of a path, or null when this segment has none.</summary>
    IPayloadIndex? IndexOf(string path);

    /// <summary>
    /// Rows whose payload was changed after they were indexed: every index must be ignored for them. Null for none.
    /// </summary>
    BitSet? Overlaid { get; }

    /// <summary>All rows of an id, dead ones included, appended to the set.</summary>
    void AddRowsOf(PointId id, BitSet into);
}
