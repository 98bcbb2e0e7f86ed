using Vesper.Storage.Wal.Recovery;

namespace Vesper.Storage.Wal;

/// <summary>
/// The offline check of a log: reads every segment that the manifest needs, applies and writes nothing.
/// </summary>
internal static class WalVerifier
{
    /// <summary>Reports each problem; a tail that was never promised is none.</summary>
    /// <exception cref="StorageException">The file system failed.</exception>
    public static void Verify(WalOptions options, WalOpenRequest request, Action<CheckProblem> report)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(report);
        try
        {
            var inventory = new SegmentInventory(options, request.FirstSegmentNeeded);
            LogPath path = LogPath.Build(options, inventory, request);
            LogScan scan = LogScan.Run(options, path, request.CheckpointLsn.Value);
            if (scan.Damage is null)
            {
                return;
            }

            Report(scan.Damage, report);
            foreach (CorruptDataException hole in scan.Rest?.Holes ?? [])
            {
                if (hole.File != scan.Damage.File || hole.Offset != scan.Damage.Offset)
                {
                    Report(hole, report);
                }
            }
        }
        catch (FormatVersionException version)
        {
            report(new CheckProblem(version.File, 0, version.Message));
        }
    }

    private static void Report(CorruptDataException damage, Action<CheckProblem> report) =>
        report(new CheckProblem(damage.File, damage.Offset, $"expected {damage.Expected}, found {damage.Found}"));
}
