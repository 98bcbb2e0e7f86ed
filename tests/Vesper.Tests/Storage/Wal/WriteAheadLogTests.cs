using Vesper.Storage.Files;
using Vesper.Storage.Wal;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Wal;

public sealed class WriteAheadLogTests
{
    [Fact]
    public void An_empty_directory_starts_a_log()
    {
        var bed = new WalBed();
        using WriteAheadLog log = bed.Open();
        Assert.True(log.Report.CleanlyClosed);
        Assert.Equal(0UL, log.LastLsn.Value);
        Assert.Equal(1, log.CurrentSegment);
        Assert.Equal(new Lsn(1), log.Append(1, [1, 2, 3], last: true));
        log.Commit(sync: true);
        Assert.Equal(new Lsn(1), log.DurableLsn);
    }

    [Fact]
    public void A_log_starts_after_the_checkpoint()
    {
        var bed = new WalBed { Checkpoint = new Lsn(41) };
        using (WriteAheadLog log = bed.Open())
        {
            Assert.Equal(1, log.CurrentSegment);
            Assert.Equal(new Lsn(41), log.LastLsn);
            WalBed.Write(log, 2);
            log.Close();
        }

        bed.Replay();
        bed.ExpectReplayed(42, 43);
    }

    [Fact]
    public void Groups_of_batches_come_back_as_they_were()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Append(log, 1, payloadBytes: 0);
            WalBed.Append(log, 5, payloadBytes: 13);
            log.Commit(sync: false);
            WalBed.Append(log, 3, payloadBytes: 4000);
            log.Commit(sync: true);
            log.Close();
        }

        WalRecoveryReport report = bed.Replay();
        bed.ExpectReplayed(1, 9);
        Assert.Equal([true, false, false, false, false, true, false, false, true], bed.Replayed.Select(r => r.Last));
        Assert.Equal([1, 1, 2, 3, 4, 5, 1, 2, 3], bed.Replayed.Select(record => record.Type));
        Assert.True(report.CleanlyClosed);
        Assert.Equal(0, report.RecordsRewritten);
        Assert.Equal(0, report.BytesCut);
        Assert.Equal(9, report.RecordsReplayed);
        Assert.Equal((5 * 13) + (3 * 4000), report.BytesReplayed);
    }

    [Theory]
    [InlineData(4096 + 200)]
    [InlineData(4096 + 1000)]
    [InlineData(1 << 20)]
    public void Batches_span_segments_of_any_size(long segmentBytes)
    {
        var bed = new WalBed { SegmentBytes = segmentBytes };
        ulong last;
        using (WriteAheadLog log = bed.Open())
        {
            for (int round = 0; round < 12; round++)
            {
                WalBed.Append(log, 1 + round, payloadBytes: 37 * round);
                WalBed.Append(log, 2, payloadBytes: 5);
                log.Commit(sync: round % 3 == 0);
            }

            last = log.LastLsn.Value;
            log.Sync();
            Assert.Equal(log.LastLsn, log.DurableLsn);
            Assert.Equal(bed.Simulated.Names.Values.Sum(inode => (long)inode.Length), log.Bytes);
        }

        bed.Replay();
        bed.ExpectReplayed(1, last);
    }

    [Fact]
    public void A_record_of_the_largest_size_comes_back_and_a_larger_one_is_refused()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            Assert.Throws<LimitExceededException>(
                () => log.Append(1, new byte[WriteAheadLog.MaxRecordBytes + 1], last: true));
            log.Append(1, new byte[WriteAheadLog.MaxRecordBytes], last: true);
            log.Commit(sync: true);
        }

        Assert.Equal(WriteAheadLog.MaxRecordBytes, bed.Replay().BytesReplayed);
    }

    [Fact]
    public void An_abandoned_group_leaves_nothing_and_its_numbers_are_given_again()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 2);
            log.Append(9, [1], last: false);
            Assert.Throws<InvalidOperationException>(() => log.Commit(sync: true));
            log.Abandon();
            Assert.Equal(new Lsn(2), log.LastLsn);
            WalBed.Write(log, 1);
            log.Append(9, [1], last: true);
            log.Close();
            Assert.Throws<ObjectDisposedException>(() => log.Append(1, [], last: true));
        }

        bed.Replay();
        bed.ExpectReplayed(1, 3);
    }

    [Fact]
    public void Rotation_starts_a_segment_once_and_trimming_deletes_those_below()
    {
        var bed = new WalBed();
        using WriteAheadLog log = bed.Open();
        WalBed.Write(log, 3, sync: false);
        log.Rotate();
        Assert.Equal(log.LastLsn, log.DurableLsn);
        log.Rotate();
        Assert.Equal(2, log.CurrentSegment);
        WalBed.Write(log, 1);
        log.Trim(2);
        Assert.False(bed.Files.Exists(bed.SegmentPath(1)));
        log.Trim(99);
        Assert.True(bed.Files.Exists(bed.SegmentPath(2)));

        bed.Checkpoint = new Lsn(3);
        bed.FirstSegmentNeeded = 2;
        bed.Replay();
        bed.ExpectReplayed(4, 4);
    }

    [Fact]
    public void Opening_read_only_changes_nothing()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 3);
        }

        byte[] torn = bed.Simulated.Get(bed.SegmentPath(1));
        bed.Simulated.Put(bed.SegmentPath(1), [.. torn, 1, 2, 3]);
        int operations = bed.Simulated.Operations;
        bed.ReadOnly = true;
        using (WriteAheadLog log = bed.Open())
        {
            bed.ExpectReplayed(1, 3);
            Assert.Equal(3, log.Report.BytesCut);
            Assert.Equal(1, log.CurrentSegment);
            Assert.Throws<ReadOnlyException>(() => log.Append(1, [], last: true));
            log.Close();
        }

        Assert.Equal(operations, bed.Simulated.Operations);
    }

    [Fact]
    public void Opening_nothing_read_only_is_an_empty_log()
    {
        var bed = new WalBed { ReadOnly = true };
        Assert.Equal(0, bed.Replay().SegmentsRead);
        Assert.Equal(0, bed.Simulated.Operations);
    }

    [Fact]
    public void Unknown_and_temporary_files_are_left_alone()
    {
        var bed = new WalBed();
        string[] names =
            ["wal-1.log", "wal-000000000000000A.log", "wal.cut-9", "notes.txt", "wal-0000000000000001.tmp"];
        foreach (string name in names)
        {
            bed.Simulated.Put(Path.Combine(WalBed.Directory, name), [1, 2, 3]);
        }

        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 1);
            log.Close();
        }

        bed.Replay();
        bed.ExpectReplayed(1, 1);
        Assert.All(names.Where(name => !name.EndsWith(".tmp", StringComparison.Ordinal)), name =>
            Assert.True(bed.Files.Exists(Path.Combine(WalBed.Directory, name))));
    }

    [Fact]
    public void A_log_that_was_not_closed_is_written_again_where_nothing_proves_it_durable()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 4);
            WalBed.Write(log, 3);
        }

        WalRecoveryReport report = bed.Replay();
        Assert.False(report.CleanlyClosed);
        Assert.Equal(3, report.RecordsRewritten);
        for (int again = 0; again < 3; again++)
        {
            report = bed.Replay();
            bed.ExpectReplayed(1, 7);
            Assert.Equal(0, report.RecordsRewritten);
        }
    }

    [Fact]
    public void The_real_file_system_keeps_a_log()
    {
        using TemporaryDirectory folder = new TemporaryDirectory().Made();
        var bed = new WalBed
        {
            Files = FileSystems.Current,
            Folder = Path.Combine(folder.Path, "new", "log"),
            SegmentBytes = 32 << 10,
        };
        using (WriteAheadLog log = bed.Open())
        {
            for (int round = 0; round < 40; round++)
            {
                WalBed.Write(log, 5, payloadBytes: 700, sync: round % 10 == 0);
            }

            log.Trim(1);
        }

        using (WriteAheadLog log = bed.Open())
        {
            bed.ExpectReplayed(1, 200);
            Assert.True(log.Report.SegmentsRead > 3);
            log.Close();
        }

        Assert.True(bed.Replay().CleanlyClosed);
        bed.ExpectReplayed(1, 200);
    }

    [Fact]
    public void The_newest_epoch_stays()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = WriteAheadLog.Open(bed.Options with { Epoch = 9 }, bed.Request, (in _) => { }))
        {
            WalBed.Write(log, 1);
        }

        bed.Replay();
        bed.Replay();
        bed.ExpectReplayed(1, 1);
    }
}
