using Vesper.Storage.Wal;

namespace Vesper.Tests.Storage.Wal;

/// <summary>What a caller of the log knows: what it has appended, and what it was told is durable.</summary>
internal sealed class LogOracle
{
    private readonly List<LoggedRecord> history = [];
    private readonly HashSet<ulong> groupEnds = [0];

    public ulong Acknowledged { get; private set; }

    public ulong Checkpoint { get; set; }

    public void Add(LoggedRecord record) => history.Add(record);

    public void EndGroup(ulong lsn) => groupEnds.Add(lsn);

    public void Acknowledge(ulong lsn) => Acknowledged = Math.Max(Acknowledged, lsn);

    /// <summary>Forgets what was appended above an LSN: it is known not to be in the log.</summary>
    public void Truncate(ulong lsn)
    {
        history.RemoveAll(record => record.Lsn > lsn);
        groupEnds.RemoveWhere(end => end > lsn);
    }

    public LogOracle Copy()
    {
        var copy = new LogOracle { Acknowledged = Acknowledged, Checkpoint = Checkpoint };
        copy.history.AddRange(history);
        copy.groupEnds.UnionWith(groupEnds);
        return copy;
    }

    /// <summary>
    /// What was replayed must be whole groups from the checkpoint on, in order, with all that was acknowledged.
    /// </summary>
    public void Check(IReadOnlyList<LoggedRecord> replayed, ulong lastLsn)
    {
        if (lastLsn < Acknowledged)
        {
            throw new InvalidOperationException($"LSN {Acknowledged} was acknowledged, the log ends at {lastLsn}");
        }

        if (!groupEnds.Contains(lastLsn) && lastLsn != Checkpoint)
        {
            throw new InvalidOperationException($"the log ends inside a group, at {lastLsn}");
        }

        IEnumerable<LoggedRecord> expected = history.Where(r => r.Lsn > Checkpoint && r.Lsn <= lastLsn);
        if (!expected.SequenceEqual(replayed))
        {
            throw new InvalidOperationException($"other records than were appended, up to {lastLsn}");
        }
    }
}

/// <summary>Runs a script of log operations against the oracle.</summary>
internal sealed class LogScript(WalBed bed, LogOracle oracle) : IDisposable
{
    private WriteAheadLog? log;
    private int stamp;

    /// <summary>w W: a small group, synced or not; b: several batches; S: larger than a segment; s: sync; r: rotate;
    /// t: checkpoint and trim; c: close and reopen; k: be killed and reopen.</summary>
    public const string Everything = "wWbwsWrWwkWScWtwrwtWWbkStwcwSk";

    public WalBed Bed => bed;

    public WriteAheadLog Log => log!;

    public LogOracle Oracle => oracle;

    public void Open()
    {
        log = bed.Open();
        oracle.Check(bed.Replayed, log.LastLsn.Value);
        oracle.Truncate(log.LastLsn.Value);
        oracle.Acknowledge(log.DurableLsn.Value);
    }

    public void Run(char step)
    {
        switch (step)
        {
            case 'w' or 'W':
                Write(batches: 1, payloadBytes: 40, sync: step == 'w');
                break;
            case 'b':
                Write(batches: 4, payloadBytes: 17, sync: true);
                break;
            case 'S':
                Write(batches: 3, payloadBytes: 333, sync: true);
                break;
            case 's':
                ulong committed = Log.LastLsn.Value;
                Log.Sync();
                oracle.Acknowledge(committed);
                break;
            case 'r':
                Log.Rotate();
                break;
            case 't':
                CheckpointAndTrim();
                break;
            case 'c':
                Log.Close();
                oracle.Acknowledge(Log.LastLsn.Value);
                Reopen();
                break;
            default:
                Reopen();
                break;
        }
    }

    public void Reopen()
    {
        log?.Dispose();
        Open();
    }

    public void Dispose() => log?.Dispose();

    public void Write(int batches, int payloadBytes, bool sync)
    {
        for (int batch = 0; batch < batches; batch++)
        {
            for (int i = 0; i < 3; i++)
            {
                byte[] payload = WalBed.Payload((ulong)++stamp * 977, payloadBytes);
                Lsn lsn = Log.Append((byte)(i + 1), payload, i == 2);
                oracle.Add(new LoggedRecord(lsn.Value, (byte)(i + 1), i == 2, Convert.ToHexString(payload)));
            }
        }

        oracle.EndGroup(Log.LastLsn.Value);
        Log.Commit(sync);
        if (sync)
        {
            oracle.Acknowledge(Log.LastLsn.Value);
        }
    }

    private void CheckpointAndTrim()
    {
        Log.Rotate();
        bed.Checkpoint = Log.LastLsn;
        bed.FirstSegmentNeeded = Log.CurrentSegment;
        oracle.Checkpoint = Log.LastLsn.Value;
        oracle.Acknowledge(Log.LastLsn.Value);
        Log.Trim(bed.FirstSegmentNeeded);
    }
}
