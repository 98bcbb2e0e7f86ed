using System.Diagnostics;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>
/// First pass over the log: verifies every record in order, finds the last commit, and where the order breaks decides
/// by the recovery table whether this is a tail that was never promised or damage of acknowledged data. Applies
/// nothing.
/// </summary>
internal sealed class LogScan
{
    private readonly WalOptions _options;
    private readonly LogPath _path;
    private readonly ulong _checkpoint;
    private RecordSequence? _sequence;

    private LogScan(WalOptions options, LogPath path, ulong checkpoint)
    {
        _options = options;
        _path = path;
        _checkpoint = checkpoint;
    }

    /// <summary>Where the part of each step ends that replay reads; steps not reached have none.</summary>
    public List<long> StepEnds { get; } = [];

    /// <summary>
    /// LSN of the last committed record that follows in unbroken order; the first segment's previous one if none.
    /// </summary>
    public ulong CommittedLsn => _sequence?.CommittedLsn ?? 0;

    /// <summary>The end of the last group up to which all is proven to be on stable storage.</summary>
    public ulong DurableLsn { get; private set; }

    /// <summary>After the last commit marker, or the closing marker.</summary>
    public LogPosition End { get; private set; }

    /// <summary>The log ends with its closing marker.</summary>
    public bool Closed { get; private set; }

    /// <summary>Damage to acknowledged data; null when there is none.</summary>
    public CorruptDataException? Damage { get; private set; }

    /// <summary>What can still be read after <see cref="End"/>; null when the order never broke.</summary>
    public Remainder? Rest { get; private set; }

    /// <summary>The highest LSN that was committed, as far as anything readable tells.</summary>
    public ulong HighestCommitted { get; private set; }

    public uint Epoch => _sequence?.Epoch ?? 0;

    public long LastMicros => _sequence?.LastMicros ?? 0;

    public static LogScan Run(WalOptions options, LogPath path, ulong checkpoint)
    {
        var scan = new LogScan(options, path, checkpoint);
        CorruptDataException? broken = scan.Walk();
        scan.Judge(broken);
        return scan;
    }

    /// <summary>
    /// Reads in order as far as that goes; why it ended early, or null when the last segment simply ends.
    /// </summary>
    private CorruptDataException? Walk()
    {
        CorruptDataException? broken = null;
        for (int step = 0; step < _path.Steps.Count; step++)
        {
            PathStep here = _path.Steps[step];
            if (here.Gap is not null)
            {
                return here.Gap;
            }

            _sequence ??= new RecordSequence(here.Header);
            if (_sequence.Enter(here.Header, step == 0) is { } problem)
            {
                return broken ?? new CorruptDataException(here.Segment.Path, 0, "the segment that follows", problem);
            }

            if (step == 0)
            {
                End = new LogPosition(0, WalFormat.SegmentHeaderBytes);
            }

            broken = ReadSegment(here, step);
        }

        return broken;
    }

    private CorruptDataException? ReadSegment(PathStep here, int step)
    {
        Debug.Assert(StepEnds.Count == step, "one end a step");
        using var reader = new SegmentReader(_options.Files, here.Segment);
        long offset = WalFormat.SegmentHeaderBytes;
        StepEnds.Add(offset);
        while (true)
        {
            FrameStatus status = reader.Read(offset, out RecordFrame frame);
            if (status == FrameStatus.End)
            {
                return null;
            }

            if (status == FrameStatus.Record && !frame.Header.IsMarker && frame.Header.Lsn > here.Limit)
            {
                return null;
            }

            string? problem = status == FrameStatus.Record ? _sequence!.Accept(frame) : FrameProblem.Of(status);
            if (problem is not null)
            {
                return new CorruptDataException(here.Segment.Path, offset, $"record {_sequence!.LastLsn + 1}", problem);
            }

            offset = frame.NextOffset;
            StepEnds[step] = offset;
            if (frame.Header.IsMarker)
            {
                End = new LogPosition(step, offset);
            }
        }
    }

    private void Judge(CorruptDataException? broken)
    {
        bool reachedLast = StepEnds.Count == _path.Steps.Count;
        HighestCommitted = CommittedLsn;
        if (_sequence is null)
        {
            Damage = broken ?? _path.TrailingDamage;
            if (_path.Steps.Count > 0)
            {
                Look();
            }

            return;
        }

        // A segment is synced before the next one exists.
        DurableLsn = reachedLast ? _sequence.DurableLsn : _sequence.CommittedLsn;
        Closed = broken is null && reachedLast && _sequence.Closed;
        if (broken is not null || _sequence.LastLsn != CommittedLsn)
        {
            Look();
        }

        ulong promised = Rest?.PromisedLsn ?? 0;
        if (reachedLast && CommittedLsn < _checkpoint)
        {
            // The log was synced up to the checkpoint before the manifest was published: however it ends, it is cut.
            promised = Math.Max(promised, _checkpoint);
        }

        if (promised > CommittedLsn)
        {
            DurableLsn = CommittedLsn;
        }

        if (!reachedLast || promised > CommittedLsn)
        {
            Damage = Promised(broken, promised);
        }

        Damage ??= _path.TrailingDamage;
        if (_path.Dropped is not null && broken is not null)
        {
            Damage ??= broken;
        }
    }

    private void Look()
    {
        ulong from = _sequence?.CommittedLsn ?? _checkpoint;
        LogPosition start = _sequence is null ? new LogPosition(0, WalFormat.SegmentHeaderBytes) : End;
        Rest = Remainder.Read(_options, _path, (start, from), StepEnds.Count);
        HighestCommitted = Math.Max(HighestCommitted, Rest.HighestCommitted);
    }

    private CorruptDataException Promised(CorruptDataException? broken, ulong promised)
    {
        PathStep here = _path.Steps[StepEnds.Count - 1];
        string expected = $"the log up to LSN {promised}, which is proven to have been on stable storage";
        return broken is null
            ? new CorruptDataException(
                here.Segment.Path, StepEnds[^1], expected, $"an end after LSN {CommittedLsn}")
            : new CorruptDataException(
                broken.File, broken.Offset, $"{broken.Expected} ({expected})", broken.Found);
    }
}
