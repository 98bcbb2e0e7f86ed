namespace Vesper.Storage.Wal;

/// <summary>A segment to be created.</summary>
/// <param name="Number">Its number.</param>
/// <param name="PrevLastLsn">LSN of the record that it follows.</param>
/// <param name="PrevChain">Chain there.</param>
/// <param name="Supersedes">Whether it voids what lower segments hold above that LSN.</param>
internal sealed record SegmentStart(long Number, ulong PrevLastLsn, uint PrevChain, bool Supersedes)
{
    /// <summary>Whether it goes on with a batch that began in the segment before.</summary>
    public bool InsideBatch { get; init; }

    /// <summary>Writes the records that the new segment starts with; null when it starts empty.</summary>
    public Action<SegmentWriter>? Fill { get; init; }
}
