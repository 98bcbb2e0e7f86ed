using System.Buffers.Binary;
using Vesper.Storage.Files;
using Vesper.Storage.Wal;

namespace Vesper.Tests.Storage.Wal;

/// <summary>A record as a test remembers it.</summary>
internal sealed record LoggedRecord(ulong Lsn, byte Type, bool Last, string Payload);

/// <summary>Opens logs for tests and remembers what was replayed.</summary>
internal sealed class WalBed
{
    public const string Directory = "/db/log";

    public static readonly Guid Database = new("11111111-2222-3333-4444-555555555555");
    public static readonly Guid Collection = new("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");

    private long now = 1_000_000;

    public IFileSystem Files { get; init; } = new SimulatedFileSystem();

    public string Folder { get; init; } = Directory;

    public long SegmentBytes { get; init; } = 64 << 10;

    public Lsn Checkpoint { get; set; }

    public long FirstSegmentNeeded { get; set; }

    public RecoveryMode Recovery { get; set; }

    public bool ReadOnly { get; set; }

    /// <summary>What the last opening replayed.</summary>
    public List<LoggedRecord> Replayed { get; } = [];

    public SimulatedFileSystem Simulated => (SimulatedFileSystem)Files;

    public WalOptions Options => new()
    {
        Files = Files,
        Directory = Folder,
        DatabaseId = Database,
        CollectionId = Collection,
        SegmentBytes = SegmentBytes,
        NowUnixMicros = () => now += 7,
    };

    public WalOpenRequest Request => new(Checkpoint, FirstSegmentNeeded, Recovery, ReadOnly);

    public WalBed On(SimulatedFileSystem files) => new()
    {
        Files = files,
        SegmentBytes = SegmentBytes,
        Checkpoint = Checkpoint,
        FirstSegmentNeeded = FirstSegmentNeeded,
        Recovery = Recovery,
    };

    public WriteAheadLog Open()
    {
        Replayed.Clear();
        return WriteAheadLog.Open(Options, Request, Take);
    }

    /// <summary>Opens, notes what is replayed, and ends as a killed process does.</summary>
    public WalRecoveryReport Replay()
    {
        using WriteAheadLog log = Open();
        return log.Report;
    }

    public string SegmentPath(long number) => Path.Combine(Folder, $"wal-{number:x16}.log");

    /// <summary>Appends one batch of numbered records and commits it.</summary>
    public static void Write(WriteAheadLog log, int records, int payloadBytes = 24, bool sync = true)
    {
        Append(log, records, payloadBytes);
        log.Commit(sync);
    }

    public static void Append(WriteAheadLog log, int records, int payloadBytes = 24)
    {
        for (int i = 0; i < records; i++)
        {
            log.Append((byte)(1 + i), Payload(log.LastLsn.Value + 1, payloadBytes), last: i == records - 1);
        }
    }

    public static byte[] Payload(ulong lsn, int bytes)
    {
        byte[] payload = new byte[bytes];
        new Random((int)lsn).NextBytes(payload);
        if (bytes >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(payload, lsn);
        }

        return payload;
    }

    public void ExpectReplayed(ulong from, ulong to)
    {
        Assert.Equal(LsnRange(from, to), Replayed.Select(record => record.Lsn));
        foreach (LoggedRecord record in Replayed)
        {
            byte[] payload = Convert.FromHexString(record.Payload);
            Assert.Equal(Payload(record.Lsn, payload.Length), payload);
        }
    }

    public static IEnumerable<ulong> LsnRange(ulong from, ulong to)
    {
        for (ulong lsn = from; lsn <= to; lsn++)
        {
            yield return lsn;
        }
    }

    private void Take(in WalRecord record) => Replayed.Add(
        new LoggedRecord(record.Lsn.Value, record.Type, record.Last, Convert.ToHexString(record.Payload)));
}
