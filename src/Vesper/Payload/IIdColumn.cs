namespace Vesper.Payloads;

/// <summary>The ids of a segment's rows. Of rows with the same id, the one with the higher ordinal is newer.</summary>
/// <remarks>Readers are thread-safe, also beside the one writer of the mutable column. Comparing two ordinals orders by
/// id.</remarks>
internal interface IIdColumn : IComparer<Ordinal>
{
    int Count { get; }

    PointId this[Ordinal row] { get; }

    /// <summary>The newest row of the id.</summary>
    bool TryFind(PointId id, out Ordinal newest);

    /// <summary>The next older row of the same id in this segment.</summary>
    bool TryPrevious(Ordinal row, out Ordinal previous);

    /// <summary>
    /// The ordinals sorted by (id, ordinal): all below <paramref name="count"/>, and perhaps others. Unchanging.
    /// </summary>
    IdOrder Sorted(int count);
}
