using System.Diagnostics;

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

    /// <summary>The segment that replay would start from if everything were checkpointed; 0 for an empty log.</summary>
    public required long Floor { get; init; }

    public required ulong LastLsn { get; init; }

    public required ulong DurableLsn { get; init; }

    public required long LastMicros { get; init; }

    public required WalRecoveryReport Report { get; init; }
}

/// <summary>
/// Opens a log: scan, decide, apply, and unless read-only: sync what was read, keep what is cut, start a new segment
/// that repeats what is not proven to be on the disk. Nothing is written before all of it was applied, and nothing that
/// exists is changed, so a crash at any point leaves the same log to the next attempt.
/// </summary>
internal sealed class LogRecovery
{
    private readonly WalOptions _options;
    private readonly WalOpenRequest _request;
    private readonly SegmentInventory _inventory;
    private readonly LogPath _path;
    private readonly LogScan _scan;
    private readonly List<string> _notes = [];

    private LogRecovery(WalOptions options, WalOpenRequest request)
    {
        _options = options;
        _request = request;
        _inventory = new SegmentInventory(_options, _request.FirstSegmentNeeded);
        _path = LogPath.Build(_options, _inventory, _request);
        _scan = LogScan.Run(_options, _path, _request.CheckpointLsn.Value);
    }

    /// <summary>Recovers the log of a directory, or starts one.</summary>
    public static RecoveredLog Run(WalOptions options, WalOpenRequest request, WalApply apply)
    {
        if (!request.ReadOnly && !options.Files.DirectoryExists(options.Directory))
        {
            CreateDirectory(options);
        }

        return new LogRecovery(options, request).Finish(apply);
    }

    private static void CreateDirectory(WalOptions options)
    {
        options.Files.CreateDirectory(options.Directory);
        if (Path.GetDirectoryName(options.Directory) is { Length: > 0 } parent)
        {
            options.Files.SyncDirectory(parent);
        }
    }

    private RecoveredLog Finish(WalApply apply)
    {
        if (_scan.Damage is { } damage && _request.Recovery == RecoveryMode.Strict)
        {
            throw damage;
        }

        var replay = new LogReplay(_options, _path, _scan, (_request.CheckpointLsn.Value, apply));
        replay.Run(salvage: _scan.Damage is not null && _request.Recovery == RecoveryMode.Salvage);
        var cut = new CutFile(_options, _path, _scan);
        cut.Find();
        Note(cut);
        SegmentStart? start = null;
        SegmentWriter? segment = null;
        SegmentShelf shelf = _inventory.Shelve();
        var factory = new SegmentFactory(_options, Math.Max(_options.Epoch, _scan.Epoch));
        if (!_request.ReadOnly)
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
            Floor = _path.Steps.Count == 0 ? 0 : _path.Steps[replay.BaseStep].Segment.Number,
            LastLsn = replay.LastLsn,
            DurableLsn = segment is null ? replay.BaseLsn : replay.LastLsn,
            LastMicros = _scan.LastMicros,
            Report = Report(replay, cut),
        };
    }

    /// <summary>Syncs every segment that was read, and the directory, and keeps what is cut.</summary>
    private void Settle(CutFile cut)
    {
        foreach (PathStep step in _path.Steps)
        {
            using var reader = new SegmentReader(_options.Files, step.Segment);
            reader.Sync();
        }

        if (cut.Parts.Count > 0)
        {
            string? name = cut.Write();
            _notes.Add(name is null
                ? "The disk is full: the cut bytes are only in their segment."
                : $"The cut bytes are in {name}.");
        }

        _options.Files.SyncDirectory(_options.Directory);
    }

    private SegmentStart Start(LogReplay replay)
    {
        long number = Math.Max(_inventory.HighestNumber, Math.Max(_request.FirstSegmentNeeded - 1, 0)) + 1;
        Debug.Assert(number > 0, "segment numbers start at 1");
        return new SegmentStart(number, replay.BaseLsn, replay.BaseChain, Supersedes: true)
        {
            Fill = LogRewrite.IsNeeded(replay) ? new LogRewrite(_options, _path, replay).Fill : null,
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
            _notes.Add($"The disk is full: the first write starts the new segment. {error.Message}");
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
        if (_path.Dropped is { } dropped)
        {
            _notes.Add($"{dropped.Path} holds nothing but a damaged header and is ignored.");
        }

        if (_scan.Damage is { } damage)
        {
            _notes.Add(damage.Message);
        }

        if (cut.Bytes > 0)
        {
            string text = $"{cut.Bytes} bytes after LSN {_scan.CommittedLsn} are cut off the log.";
            _notes.Add(text);
        }
    }

    private WalRecoveryReport Report(LogReplay replay, CutFile cut)
    {
        ulong kept = Math.Max(_scan.CommittedLsn, _request.CheckpointLsn.Value);
        long acknowledged = _scan.HighestCommitted > kept ? (long)(_scan.HighestCommitted - kept) : 0;
        return new WalRecoveryReport
        {
            CleanlyClosed = _path.Dropped is null && (_path.Steps.Count == 0 ? _scan.Damage is null : _scan.Closed),
            SegmentsRead = _path.Steps.Count,
            RecordsReplayed = replay.Records,
            BytesReplayed = replay.Bytes,
            BytesCut = cut.Bytes,
            RecordsRewritten = _request.ReadOnly ? 0 : (long)(replay.LastLsn - replay.BaseLsn),
            RecordsLost = _scan.Damage is null ? 0 : Math.Max(0, acknowledged - replay.RecordsSalvaged),
            Notes = _notes,
        };
    }
}
