using System.Diagnostics;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>One segment on the path of replay.</summary>
/// <param name="Segment">The file; its header is sound.</param>
/// <param name="Limit">Records above this LSN are void, because a later recovery went on from here.</param>
/// <param name="Gap">What is missing before this segment; null when its predecessor stands before it.</param>
internal sealed record PathStep(SegmentFile Segment, ulong Limit, CorruptDataException? Gap)
{
    public SegmentHeader Header => Segment.Header!;
}

/// <summary>
/// Which segments replay walks through. Built from the last one backwards: a rotated segment follows the number before
/// it, one that a recovery started follows the segment that holds its previous LSN and voids what lies between. The
/// path starts at the last segment whose previous LSN the checkpoint covers; nothing before it is needed.
/// </summary>
internal sealed class LogPath
{
    public List<PathStep> Steps { get; } = [];

    /// <summary>
    /// A file after the last step that may have held acknowledged data and cannot be read; null when none does.
    /// </summary>
    public CorruptDataException? TrailingDamage { get; private init; }

    /// <summary>A last file that holds nothing but a damaged header: a crash while it was created.</summary>
    public SegmentFile? Dropped { get; private init; }

    public static LogPath Build(WalOptions options, SegmentInventory inventory, WalOpenRequest request)
    {
        List<SegmentFile> files = inventory.Needed;
        int last = files.Count - 1;
        SegmentFile? dropped = last >= 0 && files[last].Header is null && files[last].IsBlank ? files[last--] : null;
        int lastSound = files.FindLastIndex(segment => segment.Header is not null);
        var path = new LogPath
        {
            Dropped = dropped,
            TrailingDamage = last > lastSound ? files[lastSound + 1].Damage
                : inventory.LacksNeeded ? Missing(options, request.FirstSegmentNeeded)
                : null,
        };
        path.Walk(options, files, lastSound, request.CheckpointLsn.Value);
        path.Steps.Reverse();
        return path;
    }

    private void Walk(WalOptions options, List<SegmentFile> files, int index, ulong checkpoint)
    {
        ulong limit = ulong.MaxValue;
        while (index >= 0)
        {
            SegmentHeader header = files[index].Header!;
            bool covered = header.PrevLastLsn <= checkpoint;
            int before = covered ? -1 : FindPredecessor(files, index);
            CorruptDataException? gap = covered || Follows(files, index, before) ? null : Gap(options, files, index);
            Steps.Add(new PathStep(files[index], limit, gap));
            limit = header.Supersedes ? header.PrevLastLsn : ulong.MaxValue;
            index = before;
        }
    }

    /// <summary>
    /// The segment that holds the record before this one's first, or else the next lower sound one; −1 for none.
    /// </summary>
    private static int FindPredecessor(List<SegmentFile> files, int index)
    {
        SegmentHeader header = files[index].Header!;
        Debug.Assert(header.PrevLastLsn > 0, "LSN 0 needs no predecessor");
        int nearest = -1;
        for (int before = index - 1; before >= 0; before--)
        {
            if (files[before].Header is not { } candidate)
            {
                continue;
            }

            if (!header.Supersedes || candidate.PrevLastLsn <= header.PrevLastLsn)
            {
                return before;
            }

            nearest = Math.Max(nearest, before);
        }

        return nearest;
    }

    private static bool Follows(List<SegmentFile> files, int index, int before) =>
        before >= 0 && (files[index].Header!.Supersedes
            ? files[before].Header!.PrevLastLsn <= files[index].Header!.PrevLastLsn
            : files[before].Number == files[index].Number - 1);

    private static CorruptDataException Gap(WalOptions options, List<SegmentFile> files, int index)
    {
        long number = files[index].Number - 1;
        return index > 0 && files[index - 1].Number == number && files[index - 1].Damage is { } damage
            ? damage
            : Missing(options, number);
    }

    private static CorruptDataException Missing(WalOptions options, long number) => new(
        Path.Combine(options.Directory, WalFormat.SegmentName(number)), 0, "a log segment", "no file");
}
