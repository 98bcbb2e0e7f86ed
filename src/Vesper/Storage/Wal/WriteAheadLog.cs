using Vesper.Storage.Wal.Recovery;

namespace Vesper.Storage.Wal;

/// <summary>
/// The one log of a collection: recovery first, then appending. One thread at a time, but for the properties and
/// <see cref="Sync"/>, which any thread may use.
/// </summary>
/// <remarks>After a failed sync, or an outcome nobody knows, every call throws until the log is opened anew.</remarks>
internal sealed class WriteAheadLog : IDisposable
{
    /// <summary>Payload bytes of the largest record.</summary>
    public const int MaxRecordBytes = WalFormat.MaxRecordBytes;

    private readonly WalOptions _options;
    private readonly LogTail _tail;
    private readonly GroupBuffer _group = new();
    private readonly bool _readOnly;
    private ulong _lastLsn;
    private long _lastMicros;
    private volatile bool _closed;

    private WriteAheadLog(WalOptions options, RecoveredLog recovered, bool readOnly)
    {
        _options = options;
        _readOnly = readOnly;
        _tail = new LogTail(options, recovered);
        _lastLsn = recovered.LastLsn;
        _lastMicros = recovered.LastMicros;
        Report = recovered.Report;
    }

    /// <summary>What recovery found and did.</summary>
    public WalRecoveryReport Report { get; }

    /// <summary>LSN of the last record appended (committed or not).</summary>
    public Lsn LastLsn => new(Volatile.Read(ref _lastLsn));

    /// <summary>Highest LSN known to be on stable storage.</summary>
    public Lsn DurableLsn => new(_tail.DurableLsn);

    /// <summary>
    /// Number of the segment being written, or while there is none of the one that it will follow: with everything up
    /// to <see cref="LastLsn"/> checkpointed, the first one needed.
    /// </summary>
    public long CurrentSegment => _tail.CurrentSegment;

    /// <summary>Bytes of all segments now.</summary>
    public long Bytes => _tail.Bytes;

    /// <summary>How many segments there are now.</summary>
    public int Segments => _tail.Segments;

    /// <summary>
    /// Recovers an existing log, or starts one in an empty directory: applies every committed record above the
    /// checkpoint in order, cuts or refuses by the recovery table (docs/formats/wal.md), syncs what it relies on, and
    /// unless read-only starts a new segment (on a full disk the first write does).
    /// </summary>
    /// <exception cref="CorruptDataException">Acknowledged data is damaged and the request is strict.</exception>
    /// <exception cref="FormatVersionException">A segment of another format version.</exception>
    /// <exception cref="StorageException">The file system failed.</exception>
    public static WriteAheadLog Open(WalOptions options, WalOpenRequest request, WalApply apply)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(apply);
        RecoveredLog recovered = LogRecovery.Run(options, request, apply);
        return new WriteAheadLog(options, recovered, request.ReadOnly);
    }

    /// <summary>
    /// Adds a data record to the open group in memory and gives its LSN. When it throws, the group is dropped.
    /// </summary>
    /// <exception cref="LimitExceededException">
    /// A record of more than <see cref="MaxRecordBytes"/>, or a batch or group too large.
    /// </exception>
    public Lsn Append(byte type, ReadOnlySpan<byte> payload, bool last)
    {
        RequireWritable();
        try
        {
            ArgumentOutOfRangeException.ThrowIfZero(type);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(type, WalFormat.FirstMarkerType);
            _group.Append(type, payload, last, _lastLsn + 1);
        }
        catch
        {
            Abandon();
            throw;
        }

        Volatile.Write(ref _lastLsn, _lastLsn + 1);
        return new Lsn(_lastLsn);
    }

    /// <summary>
    /// Forgets the records of the open group (nothing of it was written); their LSNs are given again.
    /// </summary>
    public void Abandon()
    {
        _group.Reset();
        Volatile.Write(ref _lastLsn, _tail.CommittedLsn);
    }

    /// <summary>
    /// Closes the group with a commit marker and writes it in one go; with <paramref name="sync"/> it is durable on
    /// return. When the write fails the group is dropped; the log stays usable if what the write left could be cut off.
    /// </summary>
    /// <exception cref="StorageException">
    /// The write or the sync failed; after a failed sync the outcome is unknown.
    /// </exception>
    public void Commit(bool sync)
    {
        RequireWritable();
        if (_group.BatchOpen)
        {
            throw new InvalidOperationException("The last record of the group does not end its batch.");
        }

        if (_group.Length > 0)
        {
            WriteGroup();
        }

        if (sync)
        {
            Sync();
        }
    }

    /// <summary>Makes everything committed durable. May be called from any thread.</summary>
    /// <exception cref="StorageException">The sync failed; the log is failed from then on.</exception>
    public void Sync()
    {
        RequireWritable();
        _tail.Sync();
    }

    /// <summary>Starts a new segment (the old one is synced first); nothing when the current one is empty.</summary>
    /// <exception cref="InvalidOperationException">A group is open.</exception>
    /// <exception cref="StorageException">
    /// The file system failed; with a full disk the log goes on in the old segment.
    /// </exception>
    public void Rotate()
    {
        RequireWritable();
        if (_group.Length > 0)
        {
            throw new InvalidOperationException("A group is open.");
        }

        SegmentWriter current = _tail.Ready();
        if (!current.IsEmpty)
        {
            _tail.Continue(current);
        }
    }

    /// <summary>Deletes whole segments below a number that a durable manifest no longer needs.</summary>
    /// <exception cref="StorageException">A file could not be deleted; the log stays usable.</exception>
    public void Trim(long firstSegmentNeeded)
    {
        RequireWritable();
        _tail.Trim(firstSegmentNeeded);
    }

    /// <summary>Writes and syncs the closing marker of a clean shutdown; an open group is forgotten.</summary>
    /// <exception cref="StorageException">
    /// The file system failed; the log then counts as not cleanly closed.
    /// </exception>
    public void Close()
    {
        if (_closed || _readOnly)
        {
            return;
        }

        RequireWritable();
        Abandon();
        Sync();
        SegmentWriter current = _tail.Ready();
        _group.AppendMarker(WalFormat.CloseType, new CommitMarker(_lastLsn, _lastLsn, NowMicros()));
        try
        {
            _tail.Write(current, _group.Part(0, _group.Length));
        }
        finally
        {
            _group.Reset();
        }

        _tail.SyncEnd(current);
        _closed = true;
    }

    /// <summary>Closes the files and writes nothing.</summary>
    public void Dispose()
    {
        _closed = true;
        _tail.Dispose();
        _group.Dispose();
    }

    private void WriteGroup()
    {
        SegmentWriter? first = null;
        try
        {
            first = _tail.Ready();
            if (!first.IsEmpty && first.Offset + _group.Length + WalFormat.MarkerBytes > _options.SegmentBytes)
            {
                first = _tail.Continue(first);
            }

            _group.AppendMarker(WalFormat.CommitType, new CommitMarker(_lastLsn, _tail.DurableLsn, NowMicros()));
            _tail.Committed(WriteParts(first), _lastLsn);
            _group.Reset();
        }
        catch
        {
            Abandon();
            if (first is not null && first.LastLsn != _tail.CommittedLsn)
            {
                _tail.Supersede(first.Number);
            }

            throw;
        }
    }

    /// <summary>Writes the closed group: in one go, or over several segments when it is larger than one.</summary>
    private SegmentWriter WriteParts(SegmentWriter current)
    {
        for (int from = 0; ;)
        {
            int to = _group.Cut(from, _options.SegmentBytes - current.Offset);
            _tail.Write(current, _group.Part(from, to));
            if (to == _group.Length)
            {
                return current;
            }

            from = to;
            current = _tail.Continue(current);
        }
    }

    private long NowMicros() => _lastMicros = Math.Max(_lastMicros, _options.NowUnixMicros());

    private void RequireWritable()
    {
        _tail.ThrowIfFailed();
        if (_readOnly)
        {
            throw new ReadOnlyException();
        }

        ObjectDisposedException.ThrowIf(_closed, this);
    }
}
