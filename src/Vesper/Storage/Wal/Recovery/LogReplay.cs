using System.Diagnostics;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>
/// Second pass: applies what the first pass found committed, above the checkpoint, in order; then what salvage keeps of
/// the rest, whose records get the LSNs that follow without a hole.
/// </summary>
internal sealed class LogReplay
{
    private readonly WalOptions _options;
    private readonly LogPath _path;
    private readonly LogScan _scan;
    private readonly WalApply _apply;
    private readonly ulong _checkpoint;

    public LogReplay(WalOptions options, LogPath path, LogScan scan, (ulong Checkpoint, WalApply Apply) target)
    {
        _options = options;
        _path = path;
        _scan = scan;
        (_checkpoint, _apply) = target;
        BaseLsn = LastLsn = Math.Max(_scan.CommittedLsn, _checkpoint);
    }

    /// <summary>Data records given to the caller.</summary>
    public long Records { get; private set; }

    /// <summary>Their payload bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>LSN of the last record, or the checkpoint's where that is higher.</summary>
    public ulong LastLsn { get; private set; }

    /// <summary>
    /// The next segment follows this LSN: it ends a group, and all up to it is proven to be on stable storage.
    /// </summary>
    public ulong BaseLsn { get; private set; }

    public uint BaseChain { get; private set; }

    /// <summary>The step of the path that holds that LSN.</summary>
    public int BaseStep { get; private set; }

    /// <summary>What of the log in order must be written again.</summary>
    public List<RecordRange> Unproven { get; } = [];

    /// <summary>What salvage keeps of the rest, and must be written again.</summary>
    public List<RecordRange> Salvaged { get; } = [];

    public long RecordsSalvaged { get; private set; }

    public void Run(bool salvage)
    {
        if (_scan.StepEnds.Count > 0)
        {
            RunInOrder();
        }

        if (salvage && _scan.Rest is { } rest)
        {
            Salvaged.AddRange(rest.Batches);
            foreach (RecordRange range in rest.Batches)
            {
                SegmentFile segment = _path.Steps[range.From.Step].Segment;
                RecordRun.Read(_options.Files, segment, (range.From.Offset, range.To), Salvage);
            }
        }
    }

    /// <summary>
    /// Whether salvage keeps a record: committed, and neither before the kept part nor in the checkpoint.
    /// </summary>
    public bool Keeps(ulong lsn) => lsn > Math.Max(_scan.CommittedLsn, _checkpoint) && lsn <= _scan.HighestCommitted;

    private void RunInOrder()
    {
        SegmentHeader first = _path.Steps[0].Header;
        var sequence = new RecordSequence(first);
        (LogPosition Start, ulong Lsn, uint Chain) proven =
            (new LogPosition(0, WalFormat.SegmentHeaderBytes), first.PrevLastLsn, first.PrevChain);
        for (int step = 0; step <= _scan.End.Step; step++)
        {
            SegmentFile segment = _path.Steps[step].Segment;
            if (sequence.Enter(segment.Header!, step == 0) is not null)
            {
                throw RecordRun.Changed(segment, 0);
            }

            int here = step;
            RecordRun.Read(_options.Files, segment, (WalFormat.SegmentHeaderBytes, EndOf(step)), (in frame) =>
            {
                Take(frame, segment, sequence);
                if (frame.Header.IsMarker && sequence.CommittedLsn <= _scan.DurableLsn)
                {
                    proven = (new LogPosition(here, frame.NextOffset), sequence.CommittedLsn, sequence.Chain);
                }
            });
        }

        Debug.Assert(sequence.CommittedLsn == _scan.CommittedLsn, "both passes read the same records");
        if (_scan.CommittedLsn >= _checkpoint)
        {
            KeepFrom(proven.Start, proven.Lsn, proven.Chain);
        }
    }

    private void KeepFrom(LogPosition start, ulong lsn, uint chain)
    {
        BaseLsn = lsn;
        BaseStep = start.Step;
        BaseChain = chain;
        for (int step = start.Step; step <= _scan.End.Step && lsn < _scan.CommittedLsn; step++)
        {
            long from = step == start.Step ? start.Offset : WalFormat.SegmentHeaderBytes;
            if (from < EndOf(step))
            {
                Unproven.Add(new RecordRange(new LogPosition(step, from), EndOf(step)));
            }
        }
    }

    private long EndOf(int step) => step == _scan.End.Step ? _scan.End.Offset : _scan.StepEnds[step];

    private void Take(in RecordFrame frame, SegmentFile segment, RecordSequence sequence)
    {
        if (sequence.Accept(frame) is not null)
        {
            throw RecordRun.Changed(segment, frame.Offset);
        }

        RecordHeader header = frame.Header;
        if (!header.IsMarker && header.Lsn > _checkpoint)
        {
            Apply(new WalRecord(new Lsn(header.Lsn), header.Type, header.Last, frame.Payload));
        }
    }

    private void Salvage(in RecordFrame frame)
    {
        if (!Keeps(frame.Header.Lsn))
        {
            return;
        }

        LastLsn++;
        RecordsSalvaged++;
        Apply(new WalRecord(new Lsn(LastLsn), frame.Header.Type, frame.Header.Last, frame.Payload));
    }

    private void Apply(in WalRecord record)
    {
        _apply(record);
        Records++;
        Bytes += record.Payload.Length;
    }
}
