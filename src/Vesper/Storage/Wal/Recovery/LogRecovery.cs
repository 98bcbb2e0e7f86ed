using System.Diagnostics;
using System.Globalization;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>What an opened log starts with.</summary>
internal sealed record RecoveredLog
{
    public required SegmentFactory Factory { get; init; }

    public required SegmentShelf Shelf { get; init; }

    /// <summary>The new segment; null when read-only, or when the disk is full.</summary>
    public SegmentWriter? Segment { get; init; }

    /// <summary>The segment that the first write has to create; null when there is one, or when read-only.</summary>
    public SegmentStart? Pending { get; init; }

    public required ulong LastLsn { get; init; }

    public required ulong DurableLsn { get; init; }

    public required long LastMicros { get; init; }

    public required WalRecoveryReport Report { get; init; }
}

/// <summary>
/// Opens a log: scan, decide, apply, and unless read-only: sync what was read, keep what is cut, start a new segment that
/// repeats what is not proven to be on the disk. Nothing is written before all of it was applied, and nothing that exists is
/// changed, so a crash at any point leaves the same log to the next attempt.
/// </summary>
internal sealed class LogRecovery
{
    private readonly WalOptions options;
    private readonly WalOpenRequest request;
    private readonly SegmentInventory inventory;
    private readonly LogPath path;
    private readonly LogScan scan;
    private readonly List<string> notes = [];

    private LogRecovery(WalOptions options, WalOpenRequest request)
    {
        this.options = options;
        this.request = request;
        inventory = new SegmentInventory(options, request.FirstSegmentNeeded);
        path = LogPath.Build(options, inventory, request);
        scan = LogScan.Run(options, path, request.CheckpointLsn.Value);
    }

    /// <summary>Recovers the log of a directory, or starts one.</summary>
    public static RecoveredLog Run(WalOptions options, WalOpenRequest request, WalApply apply)
    {
        if (!request.ReadOnly && !options.Files.DirectoryExists(options.Directory))
            CreateDirectory(options);

        return new LogRecovery(options, request).Finish(apply);
    }

    private static void CreateDirectory(WalOptions options)
    {
        options.Files.CreateDirectory(options.Directory);
        if (Path.GetDirectoryName(options.Directory) is { Length: > 0 } parent)
            options.Files.SyncDirectory(parent);
    }

    private RecoveredLog Finish(WalApply apply)
    {
        if (scan.Damage is { } damage && request.Recovery == RecoveryMode.Strict)
            throw damage;

        var replay = new LogReplay(options, path, scan, (request.CheckpointLsn.Value, apply));
        replay.Run(salvage: scan.Damage is not null && request.Recovery == RecoveryMode.Salvage);
        var cut = new CutFile(options, path, scan);
        cut.Find();
        Note(cut);
        SegmentStart? start = null;
        SegmentWriter? segment = null;
        SegmentShelf shelf = inventory.Shelve();
        var factory = new SegmentFactory(options, Math.Max(options.Epoch, scan.Epoch));
        if (!request.ReadOnly)
        {
            Settle(cut);
            start = Start(replay);
            segment = TryStart(factory, start);
        }

        return new RecoveredLog
        {
            Factory = factory,
            Shelf = shelf,
            Segment = segment,
            Pending = segment is null ? start : null,
            LastLsn = replay.LastLsn,
            DurableLsn = segment is null ? replay.BaseLsn : replay.LastLsn,
            LastMicros = scan.LastMicros,
            Report = Report(replay, cut),
        };
    }

    /// <summary>Syncs every segment that was read, and the directory, and keeps what is cut.</summary>
    private void Settle(CutFile cut)
    {
        foreach (PathStep step in path.Steps)
        {
            using var reader = new SegmentReader(options.Files, step.Segment);
            reader.Sync();
        }

        if (cut.Parts.Count > 0)
        {
            string? name = cut.Write();
            notes.Add(name is null ? "The disk is full: the cut bytes are only in their segment." : $"The cut bytes are in {name}.");
        }

        options.Files.SyncDirectory(options.Directory);
    }

    private SegmentStart Start(LogReplay replay)
    {
        long number = Math.Max(inventory.HighestNumber, Math.Max(request.FirstSegmentNeeded - 1, 0)) + 1;
        Debug.Assert(number > 0, "segment numbers start at 1");
        return new SegmentStart(number, replay.BaseLsn, replay.BaseChain, Supersedes: true)
        {
            Fill = LogRewrite.IsNeeded(replay) ? new LogRewrite(options, path, replay).Fill : null,
        };
    }

    /// <summary>Starting while the disk is full works: nothing is lost by writing the new segment later.</summary>
    private SegmentWriter? TryStart(SegmentFactory factory, SegmentStart start)
    {
        SegmentWriter built;
        try
        {
            built = factory.Build(start);
        }
        catch (StorageException error) when (error.Code == VesperErrorCode.DiskFull)
        {
            notes.Add($"The disk is full: the first write starts the new segment. {error.Message}");
            return null;
        }

        try
        {
            factory.Publish(built);
            return built;
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    private void Note(CutFile cut)
    {
        if (path.Dropped is { } dropped)
            notes.Add($"{dropped.Path} holds nothing but a damaged header and is ignored.");

        if (scan.Damage is { } damage)
            notes.Add(damage.Message);

        if (cut.Bytes > 0)
            notes.Add(string.Create(
                CultureInfo.InvariantCulture, $"{cut.Bytes} bytes after LSN {scan.CommittedLsn} are cut off the log."));
    }

    private WalRecoveryReport Report(LogReplay replay, CutFile cut)
    {
        ulong kept = Math.Max(scan.CommittedLsn, request.CheckpointLsn.Value);
        long acknowledged = scan.HighestCommitted > kept ? (long)(scan.HighestCommitted - kept) : 0;
        return new WalRecoveryReport
        {
            CleanlyClosed = path.Dropped is null && (path.Steps.Count == 0 ? scan.Damage is null : scan.Closed),
            SegmentsRead = path.Steps.Count,
            RecordsReplayed = replay.Records,
            BytesReplayed = replay.Bytes,
            BytesCut = cut.Bytes,
            RecordsRewritten = request.ReadOnly ? 0 : (long)(replay.LastLsn - replay.BaseLsn),
            RecordsLost = scan.Damage is null ? 0 : Math.Max(0, acknowledged - replay.RecordsSalvaged),
            Notes = notes,
        };
    }
}
