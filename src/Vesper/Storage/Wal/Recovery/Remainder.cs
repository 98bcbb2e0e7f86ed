using System.Diagnostics;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>Data records side by side in one segment, of whole batches.</summary>
internal readonly record struct RecordRange(LogPosition From, long To);

/// <summary>
/// What can be read after the point where the log's order breaks: every record is judged by its own checksums. The
/// markers among them say what had been promised; the whole batches are what salvage keeps.
/// </summary>
internal sealed class Remainder
{
    private const int MaxHoles = 1_000;

    private readonly WalOptions _options;
    private readonly LogPath _path;
    private readonly List<RecordRange> _batch = [];
    private ulong _previousLsn;
    private bool _atBoundary = true;

    private Remainder(WalOptions options, LogPath path, ulong previousLsn)
    {
        _options = options;
        _path = path;
        _previousLsn = previousLsn;
    }

    /// <summary>The highest LSN that a marker proves to have been on stable storage; 0 when none does.</summary>
    public ulong PromisedLsn { get; private set; }

    /// <summary>The highest LSN that a marker closes, or proves.</summary>
    public ulong HighestCommitted { get; private set; }

    /// <summary>Whole batches in rising order.</summary>
    public List<RecordRange> Batches { get; } = [];

    /// <summary>The places that cannot be read, the first thousand of them.</summary>
    public List<CorruptDataException> Holes { get; } = [];

    /// <summary>Reads from a position on, which follows a commit at an LSN.</summary>
    /// <param name="unreached">The first step whose previous LSN was not reached in order, which it proves.</param>
    public static Remainder Read(WalOptions options, LogPath path, (LogPosition Start, ulong Lsn) from, int unreached)
    {
        var rest = new Remainder(options, path, from.Lsn);
        for (int step = from.Start.Step; step < path.Steps.Count; step++)
        {
            if (step >= unreached)
            {
                rest.Promise(path.Steps[step].Header.PrevLastLsn);
            }

            if (step > from.Start.Step || step >= unreached)
            {
                rest.Enter(path.Steps[step]);
            }

            rest.ReadSegment(step, step == from.Start.Step ? from.Start.Offset : WalFormat.SegmentHeaderBytes);
        }

        return rest;
    }

    private void Promise(ulong lsn)
    {
        PromisedLsn = Math.Max(PromisedLsn, lsn);
        HighestCommitted = Math.Max(HighestCommitted, lsn);
    }

    private void Report(CorruptDataException hole)
    {
        if (Holes.Count < MaxHoles)
        {
            Holes.Add(hole);
        }
    }

    private void Enter(PathStep step)
    {
        if (step.Gap is not null)
        {
            Report(step.Gap);
        }

        if (step.Header.PrevLastLsn == _previousLsn)
        {
            return;
        }

        _batch.Clear();
        _atBoundary = !step.Header.InsideBatch;
        _previousLsn = Math.Max(_previousLsn, step.Header.PrevLastLsn);
    }

    private void ReadSegment(int step, long offset)
    {
        PathStep here = _path.Steps[step];
        using var reader = new SegmentReader(_options.Files, here.Segment);
        while (offset < reader.Length)
        {
            FrameStatus status = reader.Read(offset, out RecordFrame frame);
            if (status == FrameStatus.End)
            {
                return;
            }

            if (status == FrameStatus.Record)
            {
                Take(frame, step, here.Limit);
                offset = frame.NextOffset;
                continue;
            }

            Report(new CorruptDataException(here.Segment.Path, offset, "a log record", FrameProblem.Of(status)));
            BreakBatch();
            offset = status == FrameStatus.BadPayload
                ? frame.NextOffset
                : reader.FindHeader(offset + WalFormat.GridBytes);
        }
    }

    private void Take(in RecordFrame frame, int step, ulong limit)
    {
        if (frame.Header.IsMarker)
        {
            TakeMarker(frame, limit);
        }
        else if (frame.Header.Lsn <= limit)
        {
            TakeData(frame, step);
        }
    }

    private void TakeMarker(in RecordFrame frame, ulong limit)
    {
        if (!CommitMarker.TryRead(frame.Payload, out CommitMarker marker) || marker.LastLsn > limit)
        {
            return;
        }

        PromisedLsn = Math.Max(PromisedLsn, marker.DurableUpTo);
        HighestCommitted = Math.Max(HighestCommitted, marker.LastLsn);
        if (marker.LastLsn < _previousLsn)
        {
            return;
        }

        _batch.Clear();
        _previousLsn = marker.LastLsn;
        _atBoundary = true;
    }

    private void TakeData(in RecordFrame frame, int step)
    {
        ulong lsn = frame.Header.Lsn;
        if (lsn <= _previousLsn)
        {
            BreakBatch();
            return;
        }

        if (lsn != _previousLsn + 1)
        {
            _batch.Clear();
            _atBoundary = false;
        }

        _previousLsn = lsn;
        if (_atBoundary || _batch.Count > 0)
        {
            Extend(_batch, new RecordRange(new LogPosition(step, frame.Offset), frame.NextOffset));
        }

        _atBoundary = frame.Header.Last;
        if (!_atBoundary)
        {
            return;
        }

        foreach (RecordRange range in _batch)
        {
            Extend(Batches, range);
        }

        _batch.Clear();
    }

    /// <summary>What stood between two records is lost: a batch that was open there is not whole.</summary>
    private void BreakBatch()
    {
        if (_batch.Count > 0)
        {
            _atBoundary = false;
        }

        _batch.Clear();
    }

    private static void Extend(List<RecordRange> ranges, RecordRange next)
    {
        Debug.Assert(next.To > next.From.Offset, "a range holds something");
        if (ranges.Count > 0 && ranges[^1].From.Step == next.From.Step && ranges[^1].To == next.From.Offset)
        {
            ranges[^1] = ranges[^1] with { To = next.To };
        }
        else
        {
            ranges.Add(next);
        }
    }
}
