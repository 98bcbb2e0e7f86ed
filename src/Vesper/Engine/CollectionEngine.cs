using System.Diagnostics;
using Vesper.Engine.Records;
using Vesper.Segments;
using Vesper.Storage.Wal;

namespace Vesper.Engine;

/// <summary>
/// One collection: opens, recovers, applies, publishes. Every change, from a caller or from the log, goes through
/// <see cref="Apply"/>; readers see published versions only; files are published by the maintainer.
/// </summary>
/// <remarks>
/// Threads: the writer loop calls <see cref="Commit"/> and runs control actions; readers lease versions; the maintainer
/// works in the background. Locks, outermost first: the maintainer's seal gate, its merge gate, the feeder's gate, the
/// publish gate.
/// </remarks>
internal sealed class CollectionEngine : IWriterTarget, IDisposable
{
    private const long CommitBytes = 16L << 20;

    private readonly EngineContext _context;
    private readonly CollectionStore _store;
    private readonly MemoryScope _scope;
    private readonly SegmentLedger _ledger;
    private readonly WriteAheadLog _log;
    private readonly WriteAdmission _admission;
    private readonly SyncSchedule _syncs;
    private readonly WriterLoop? _writer;
    private readonly Maintainer? _maintainer;
    private readonly int _vectorBytes;
    private CollectionOptions _options;
    private SegmentSchema _schema;
    private Lsn _applied;
    private long _groupLogSegment;
    private long _loggedBytes;
    private bool _disposed;
    private bool _discarded;

    private CollectionEngine(EngineContext context, CollectionStore store)
    {
        _context = context;
        _store = store;
        var image = store.Read();
        Name = store.Manifest.Name;
        _options = store.Manifest.ToOptions();
        _schema = new SegmentSchema(_options);
        _vectorBytes = RecordBatch.VectorBytes(_schema);
        _scope = new MemoryScope($"collection {Name}", context.Scope);
        var segments = store.OpenSegments(image, new SegmentContext(_schema, _scope));
        var checkpoint = new CheckpointPosition(new Lsn(store.Manifest.CheckpointLsn), store.Manifest.FirstLogSegment);
        _ledger = new SegmentLedger(_schema, segments, checkpoint, _scope);
        _admission = new WriteAdmission(context, store.Directory, _ledger, Health);
        _applied = checkpoint.Lsn;
        _groupLogSegment = checkpoint.FirstLogSegment;
        try
        {
            _log = WriteAheadLog.Open(LogOptions, LogRequest(store.Manifest), Apply);
        }
        catch
        {
            _ledger.Dispose();
            throw;
        }

        _syncs = new SyncSchedule(_log, Health);
        _ledger.Publish(_applied, _log.CurrentSegment);
        if (context.Options.ReadOnly)
        {
            return;
        }

        try
        {
            store.Clean();
        }
        catch
        {
            _log.Dispose();
            _ledger.Dispose();
            throw;
        }

        _writer = new WriterLoop(this, Name);
        Health.Changed = _writer.Wake;
        _maintainer = new Maintainer(this);
    }

    public string Name { get; }

    public Health Health { get; } = new();

    public CollectionStore Store => _store;

    public SegmentLedger Ledger => _ledger;

    public MemoryScope Scope => _scope;

    public WriteAheadLog Log => _log;

    public WriteAdmission Admission => _admission;

    public DiskReserve Reserve => _context.Reserve;

    /// <summary>Held while the payload indexes change, outside all other locks.</summary>
    public Lock SchemaGate { get; } = new();

    public CollectionOptions Options => Volatile.Read(ref _options);

    public SegmentSchema Schema => Volatile.Read(ref _schema);

    public int Threads => _context.Threads;

    public Maintainer Maintainer => _maintainer ?? throw new ReadOnlyException();

    /// <summary>Bytes logged by this owner, for deciding when a checkpoint is due.</summary>
    public long LoggedBytes => Interlocked.Read(ref _loggedBytes);

    /// <summary>When the last write was committed, in milliseconds of the system's tick count.</summary>
    public long LastWriteMs { get; private set; } = long.MinValue / 2;

    public bool AcceptsWrites => _admission.IsOpen;

    public int IdleWaitMs => _syncs.WaitMs;

    /// <summary>Opens a collection's directory and recovers it.</summary>
    public static CollectionEngine Open(EngineContext context, string directory) =>
        new(context, new CollectionStore(context, directory));

    public CollectionOpenReport Report(string name) => new()
    {
        Collection = name,
        CleanlyClosed = _log.Report.CleanlyClosed,
        RecordsReplayed = _log.Report.RecordsReplayed,
        BytesReplayed = _log.Report.BytesReplayed,
        BytesCut = _log.Report.BytesCut,
        RecordsLost = _log.Report.RecordsLost,
        Notes = [.. _store.Image.Skipped, .. _log.Report.Notes],
    };

    public SegmentLease Lease()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _ledger.Lease();
    }

    /// <summary>Queues a write.</summary>
    public Task<WriteResult> WriteAsync(WriteRequest request)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Health.RequireWritable();
        (_writer ?? throw new ReadOnlyException()).Enqueue(request);
        return request.Completion;
    }

    /// <summary>Makes everything acknowledged durable.</summary>
    public void Flush() => RunOnWriter(_syncs.Sync);

    /// <summary>
    /// Reads all of the log that a manifest needs and reports what is wrong with it, without applying or writing
    /// anything.
    /// </summary>
    public void VerifyLog(CollectionManifest manifest, Action<CheckProblem> report) =>
        WalVerifier.Verify(LogOptions, LogRequest(manifest), report);

    /// <summary>Ends the active segment's growth, when it has rows (writer thread).</summary>
    public void FreezeActive()
    {
        if (_ledger.Active.Count > 0)
        {
            _ledger.Freeze(new CheckpointPosition(_applied, _log.CurrentSegment));
        }

        _ledger.Publish(_applied, _log.CurrentSegment);
    }

    /// <summary>
    /// Runs a change, or a sync, between writes. After a failure there is none: readers keep what is published, and
    /// half a batch that failed to apply is never shown.
    /// </summary>
    public void RunOnWriter(Action action)
    {
        var writer = _writer ?? throw new ReadOnlyException();
        writer.Run(() =>
        {
            Health.RequireWritable();
            action();
        });
    }

    /// <summary>Changes the payload indexes in memory; the caller publishes. Writer thread.</summary>
    public void SetOptions(CollectionOptions options)
    {
        Volatile.Write(ref _options, options);
        Volatile.Write(ref _schema, new SegmentSchema(options));
        _ledger.SetPayloadIndexes(_schema);
    }

    void IWriterTarget.Commit(IReadOnlyList<WriteRequest> group)
    {
        var pending = new List<PreparedWrite>(group.Count);
        for (var next = 0; next < group.Count;)
        {
            next = Prepare(group, next, pending);
            CommitOrFail(pending);
            pending.Clear();
            _syncs.SyncWhenDue();
        }
    }

    void IWriterTarget.Idle() => _syncs.SyncWhenDue();

    /// <summary>Closes a collection that is dropped: nothing of it needs to be kept.</summary>
    public void Discard()
    {
        _discarded = true;
        Dispose();
    }

    /// <summary>
    /// Closes in good order: what is written is synced and checkpointed. After a failure it only lets go.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _maintainer?.Stop();
        _writer?.Inherit();
        try
        {
            if (_maintainer is not null && !_discarded && Health.State != CollectionState.Failed)
            {
                _log.Sync();
                _maintainer.Close();
                _log.Close();
            }
        }
        catch (StorageException error) when (error.Code == VesperErrorCode.DiskFull)
        {
            // There was no room for a checkpoint. The log holds everything and is synced: the next open replays it.
        }
        finally
        {
            _writer?.Dispose();
            _log.Dispose();
            _ledger.Dispose();
        }
    }

    private WalOptions LogOptions => new()
    {
        Files = _context.Files,
        Directory = _store.Directory,
        DatabaseId = _context.DatabaseId,
        CollectionId = _store.Manifest.Id,
        Epoch = _context.Epoch,
        SegmentBytes = _context.Options.LogSegmentBytes,
    };

    private WalOpenRequest LogRequest(CollectionManifest manifest) => new(
        new Lsn(manifest.CheckpointLsn),
        manifest.FirstLogSegment,
        _context.Options.Recovery,
        _context.Options.ReadOnly);

    /// <summary>
    /// The one way in: applies a logged record to the newest state. Unknown ids are passed over, so replay may repeat.
    /// </summary>
    private void Apply(in WalRecord record)
    {
        Debug.Assert(record.Lsn > _applied, "records are applied in order, once");
        var reader = new RecordReader(record.Payload, record.Lsn);
        switch ((RecordType)record.Type)
        {
            case RecordType.Upsert:
                while (!reader.AtEnd)
                {
                    _ledger.Upsert(
                        reader.ReadId(), reader.Take(_vectorBytes), reader.ReadBytes(Limits.PayloadBytes), record.Lsn);
                }

                break;
            case RecordType.Delete:
                while (!reader.AtEnd)
                {
                    _ledger.Delete(reader.ReadId(), record.Lsn);
                }

                break;
            case RecordType.Payload:
                while (!reader.AtEnd)
                {
                    _ledger.SetPayload(reader.ReadId(), reader.ReadBytes(Limits.PayloadBytes).ToArray(), record.Lsn);
                }

                break;
            default:
                throw new CorruptDataException(
                    $"log record {record.Lsn}", 0, "a record type of 1 to 3", $"{record.Type}");
        }

        _applied = record.Lsn;
        if (record.Last
            && (_ledger.Active.Count >= _options.Segments.MaxRows
                || _ledger.Active.Bytes >= _options.Segments.MaxBytes))
        {
            // Between batches only: a checkpoint inside one would keep its first half whatever becomes of the second.
            _ledger.Freeze(new CheckpointPosition(record.Lsn, _groupLogSegment));
        }
    }

    /// <summary>
    /// Prepares writes from a position on, until enough is there for one commit; gives the next position.
    /// </summary>
    private int Prepare(IReadOnlyList<WriteRequest> group, int from, List<PreparedWrite> pending)
    {
        long bytes = 0;
        for (; from < group.Count && bytes < CommitBytes; from++)
        {
            var request = group[from];
            try
            {
                request.Cancellation.ThrowIfCancellationRequested();
                Health.RequireWritable();
                var batch = request.Prepare(_ledger.Current, out var affected);
                if (batch.IsEmpty)
                {
                    request.Acknowledge(_ledger.Current.Lsn, 0);
                    continue;
                }

                _admission.Require(batch);
                pending.Add(new PreparedWrite(request, batch, affected));
                bytes += batch.Bytes;
            }
            catch (Exception error)
            {
                request.Fail(error);
            }
        }

        return from;
    }

    private void CommitOrFail(List<PreparedWrite> pending)
    {
        try
        {
            Commit(pending);
        }
        catch (Exception error)
        {
            var full = error is StorageException { Code: VesperErrorCode.DiskFull };
            List<PreparedWrite> deletes = [.. pending.Where(write => full && write.Batch.OnlyDeletes)];
            if (deletes.Count == pending.Count)
            {
                // By themselves they have had the reserve already.
                deletes.Clear();
            }

            FailGroup([.. pending.Except(deletes)], error);
            if (deletes.Count > 0)
            {
                CommitOrFail(deletes);
            }
        }
    }

    /// <summary>Log, sync, apply, publish, acknowledge: in this order.</summary>
    private void Commit(List<PreparedWrite> pending)
    {
        if (pending.Count == 0)
        {
            return;
        }

        var lsns = new List<Lsn>();
        if (pending.TrueForAll(write => write.Batch.OnlyDeletes))
        {
            _context.Reserve.Run(() => lsns = LogGroup(pending));
        }
        else
        {
            lsns = LogGroup(pending);
        }

        Health.Recover("disk");
        var next = 0;
        foreach (var write in pending)
        {
            for (var at = 0; at < write.Batch.Records.Count; at++)
            {
                var (type, payload) = write.Batch.Records[at];
                var last = at == write.Batch.Records.Count - 1;
                Apply(new WalRecord(lsns[next++], (byte)type, last, payload.WrittenSpan));
            }

            Interlocked.Add(ref _loggedBytes, write.Batch.Bytes);
        }

        _ledger.Publish(_applied, _log.CurrentSegment);
        _syncs.Committed(pending.Select(write => write.Request.Durability));
        LastWriteMs = Environment.TickCount64;
        next = 0;
        foreach (var write in pending)
        {
            next += write.Batch.Records.Count;
            write.Request.Acknowledge(lsns[next - 1], write.Affected);
        }

        _maintainer!.Signal();
    }

    /// <summary>
    /// Logs the group as one and gives the LSN of each record. After a full disk nothing of it is there.
    /// </summary>
    private List<Lsn> LogGroup(List<PreparedWrite> pending)
    {
        _groupLogSegment = _log.CurrentSegment;
        var lsns = new List<Lsn>();
        foreach (var write in pending)
        {
            for (var at = 0; at < write.Batch.Records.Count; at++)
            {
                var (type, payload) = write.Batch.Records[at];
                lsns.Add(_log.Append((byte)type, payload.WrittenSpan, last: at == write.Batch.Records.Count - 1));
            }
        }

        _log.Commit(sync: pending.Any(write => write.Request.Durability.Level == DurabilityLevel.Sync));
        return lsns;
    }

    private void FailGroup(List<PreparedWrite> pending, Exception error)
    {
        if (error is StorageException { Code: VesperErrorCode.DiskFull })
        {
            Health.Degrade("disk", error.Message);
        }
        else
        {
            Health.Fail(error.Message);
            error = new StorageException($"The outcome of this write is unknown: {error.Message}", error);
        }

        foreach (var write in pending)
        {
            write.Request.Fail(error);
        }
    }

    private sealed record PreparedWrite(WriteRequest Request, RecordBatch Batch, long Affected);
}
