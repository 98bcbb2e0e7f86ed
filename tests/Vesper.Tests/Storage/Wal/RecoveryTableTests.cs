using Vesper.Storage.Wal;

namespace Vesper.Tests.Storage.Wal;

/// <summary>Every row of the recovery table in docs/formats/wal.md.</summary>
public sealed class RecoveryTableTests
{
    [Fact]
    public void A_torn_tail_at_any_byte_is_cut_kept_and_counted()
    {
        (byte[] whole, long[] ends) = ThreeGroups();
        for (long length = ends[1]; length < ends[2]; length++)
        {
            var bed = new WalBed();
            bed.Simulated.Put(bed.SegmentPath(1), whole[..(int)length]);
            using (WriteAheadLog log = bed.Open())
            {
                bed.ExpectReplayed(1, 6);
                Assert.False(log.Report.CleanlyClosed);
                Assert.Equal(new Lsn(6), log.LastLsn);
                ExpectCut(bed, log.Report, whole[(int)ends[1]..(int)length]);
                WalBed.Write(log, 2);
                log.Close();
            }

            bed.Replay();
            bed.ExpectReplayed(1, 8);
        }
    }

    [Fact]
    public void Pages_that_reached_the_disk_out_of_order_prove_nothing()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 2);
            for (int group = 0; group < 5; group++)
            {
                WalBed.Write(log, 3, sync: false);
            }
        }

        Flip(bed, 1, At(bed, 1, lsn: 6));
        WalRecoveryReport report = bed.Replay();
        bed.ExpectReplayed(1, 5);
        Assert.True(report.BytesCut > 0);
        Assert.Equal(0, report.RecordsLost);
        bed.Replay();
        bed.ExpectReplayed(1, 5);
    }

    [Theory]
    [InlineData(1, "a later commit marker proves it")]
    [InlineData(4, "a later commit marker proves it")]
    [InlineData(7, "the closing marker proves it")]
    public void Damage_of_acknowledged_records_is_refused_by_name(ulong lsn, string why)
    {
        WalBed bed = ThreeGroupsClosed();
        long at = At(bed, 1, lsn);
        Flip(bed, 1, at + 40);
        CorruptDataException error = Assert.Throws<CorruptDataException>(() => bed.Replay());
        Assert.Equal(bed.SegmentPath(1), error.File);
        Assert.Equal(at, error.Offset);
        Assert.Contains($"record {lsn}", error.Message, StringComparison.Ordinal);
        Assert.Contains("up to LSN", error.Message, StringComparison.Ordinal);
        Assert.Empty(bed.Replayed);
        Assert.NotEmpty(why);
    }

    [Fact]
    public void The_checkpoint_proves_that_a_bad_record_was_durable()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 5);
        }

        Flip(bed, 1, At(bed, 1, lsn: 3));
        bed.Replay();
        Assert.Empty(bed.Replayed);

        bed = new WalBed { Checkpoint = new Lsn(4) };
        bed.Checkpoint = default;
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 5);
        }

        Flip(bed, 1, At(bed, 1, lsn: 3));
        bed.Checkpoint = new Lsn(4);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
        bed.Recovery = RecoveryMode.Prefix;
        WalRecoveryReport report = bed.Replay();
        Assert.Equal(1, report.RecordsLost);
        bed.Recovery = RecoveryMode.Strict;
        bed.Replay();
        Assert.Empty(bed.Replayed);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("zeroed")]
    [InlineData("closed there")]
    public void A_log_that_ends_before_the_checkpoint_is_refused_however_it_ends(string how)
    {
        (byte[] whole, long[] ends) = ThreeGroups();
        var bed = new WalBed();
        bed.Simulated.Put(bed.SegmentPath(1), how == "cut" ? whole[..(int)ends[1]] : Zeroed(whole, ends[1]));
        if (how == "closed there")
        {
            bed = ThreeGroupsClosed();
        }

        bed.Checkpoint = new Lsn(how == "closed there" ? 10UL : 7);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
        bed.ReadOnly = true;
        Assert.Throws<CorruptDataException>(() => bed.Replay());
        bed.ReadOnly = false;
        bed.Recovery = RecoveryMode.Prefix;
        using (WriteAheadLog log = bed.Open())
        {
            Assert.Equal(bed.Checkpoint, log.LastLsn);
            WalBed.Write(log, 1);
        }

        bed.Recovery = RecoveryMode.Strict;
        bed.Replay();
        bed.ExpectReplayed(bed.Checkpoint.Value + 1, bed.Checkpoint.Value + 1);
        bed.Checkpoint = new Lsn(6);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
    }

    [Fact]
    public void A_bad_record_in_the_batch_that_the_checkpoint_cuts_is_damage()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 2);
            WalBed.Write(log, 6);
        }

        bed.Checkpoint = new Lsn(5);
        Flip(bed, 1, At(bed, 1, lsn: 7) + 36);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
    }

    [Fact]
    public void Prefix_keeps_what_stands_before_the_damage_and_says_what_is_lost()
    {
        WalBed bed = ThreeGroupsClosed();
        Flip(bed, 1, At(bed, 1, lsn: 5));
        bed.Recovery = RecoveryMode.Prefix;
        WalRecoveryReport report = bed.Replay();
        bed.ExpectReplayed(1, 3);
        Assert.Equal(6, report.RecordsLost);
        bed.Recovery = RecoveryMode.Strict;
        Assert.Equal(0, bed.Replay().RecordsLost);
        bed.ExpectReplayed(1, 3);
    }

    [Fact]
    public void Salvage_keeps_every_whole_batch_that_still_reads()
    {
        WalBed bed = ThreeGroupsClosed();
        Flip(bed, 1, At(bed, 1, lsn: 5));
        bed.Recovery = RecoveryMode.Salvage;
        WalRecoveryReport report = bed.Replay();
        Assert.Equal(WalBed.LsnRange(1, 6), bed.Replayed.Select(record => record.Lsn));
        Assert.Equal([1, 2, 3, 7, 8, 9], bed.Replayed.Select(OriginalLsn));
        Assert.Equal(3, report.RecordsLost);
        Assert.Equal(3, report.RecordsRewritten);

        bed.Recovery = RecoveryMode.Strict;
        bed.Replay();
        Assert.Equal([1, 2, 3, 7, 8, 9], bed.Replayed.Select(OriginalLsn));
    }

    [Fact]
    public void Salvage_skips_the_checkpointed_and_crosses_missing_segments()
    {
        WalBed bed = FourSegments();
        bed.Files.Delete(bed.SegmentPath(3));
        bed.Recovery = RecoveryMode.Salvage;
        bed.Checkpoint = new Lsn(2);
        WalRecoveryReport report = bed.Replay();
        Assert.Equal([3, 4, 5, 6, 10, 11, 12], bed.Replayed.Select(OriginalLsn));
        Assert.Equal(WalBed.LsnRange(3, 9), bed.Replayed.Select(record => record.Lsn));
        Assert.Equal(3, report.RecordsLost);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5000)]
    public void A_zero_tail_is_the_end(int zeros)
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 3);
        }

        Extend(bed, 1, new byte[zeros]);
        WalRecoveryReport report = bed.Replay();
        bed.ExpectReplayed(1, 3);
        Assert.Equal(0, report.BytesCut);
    }

    [Fact]
    public void Zeros_where_promised_records_stood_are_damage()
    {
        (byte[] whole, long[] ends) = ThreeGroups();
        byte[] zeroed = whole.ToArray();
        zeroed.AsSpan((int)ends[0], (int)(ends[1] - ends[0])).Clear();
        var bed = new WalBed();
        bed.Simulated.Put(bed.SegmentPath(1), zeroed);
        Assert.Throws<CorruptDataException>(() => bed.Replay());

        bed = ThreeGroupsClosed();
        byte[] closed = bed.Simulated.Get(bed.SegmentPath(1));
        closed.AsSpan((int)ends[1]).Clear();
        bed.Simulated.Put(bed.SegmentPath(1), closed);
        bed.Replay();
        bed.ExpectReplayed(1, 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_missing_segment_is_refused_unless_the_checkpoint_covers_it(long missing)
    {
        WalBed bed = FourSegments();
        bed.Files.Delete(bed.SegmentPath(missing));
        Assert.Throws<CorruptDataException>(() => bed.Replay());
        bed.Recovery = RecoveryMode.Prefix;
        WalRecoveryReport report = bed.Replay();
        bed.ExpectReplayed(1, 3 * (ulong)(missing - 1));
        Assert.Equal(12 - (3 * (missing - 1)), report.RecordsLost);
        bed.Recovery = RecoveryMode.Strict;
        bed.Replay();
        bed.ExpectReplayed(1, 3 * (ulong)(missing - 1));

        bed = FourSegments();
        bed.Files.Delete(bed.SegmentPath(missing));
        bed.Checkpoint = new Lsn(3 * (ulong)missing);
        bed.Replay();
        bed.ExpectReplayed(bed.Checkpoint.Value + 1, 12);
    }

    [Fact]
    public void Losing_the_segments_that_the_manifest_needs_is_refused()
    {
        WalBed bed = ThreeGroupsClosed();
        bed.FirstSegmentNeeded = 2;
        bed.Checkpoint = new Lsn(9);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
        bed.Files.Delete(bed.SegmentPath(1));
        Assert.Throws<CorruptDataException>(() => bed.Replay());
        bed.Recovery = RecoveryMode.Prefix;
        bed.Replay();
        bed.Recovery = RecoveryMode.Strict;
        bed.Replay();
    }

    [Fact]
    public void A_log_that_nothing_needs_yet_starts_empty()
    {
        var bed = new WalBed();
        Assert.True(bed.Replay().CleanlyClosed);
    }

    [Fact]
    public void Segments_below_the_first_needed_are_not_looked_at()
    {
        WalBed bed = FourSegments();
        bed.Simulated.Put(bed.SegmentPath(1), [1, 2, 3]);
        bed.FirstSegmentNeeded = 2;
        bed.Checkpoint = new Lsn(3);
        using WriteAheadLog log = bed.Open();
        bed.ExpectReplayed(4, 12);
        log.Trim(log.CurrentSegment);
        Assert.True(bed.Files.Exists(bed.SegmentPath(1)), "what is not a segment is not deleted");
        Assert.False(bed.Files.Exists(bed.SegmentPath(2)));
    }

    [Fact]
    public void A_segment_of_another_collection_or_database_is_refused()
    {
        WalBed bed = FourSegments();
        WalOptions strange = bed.Options with { CollectionId = Guid.NewGuid() };
        CorruptDataException error = Assert.Throws<CorruptDataException>(
            () => WriteAheadLog.Open(strange, bed.Request, (in _) => { }));
        Assert.Equal(28, error.Offset);
        strange = bed.Options with { DatabaseId = Guid.NewGuid() };
        Assert.Throws<CorruptDataException>(() => WriteAheadLog.Open(strange, bed.Request, (in _) => { }));
    }

    [Fact]
    public void A_copied_segment_under_another_number_is_refused()
    {
        WalBed bed = FourSegments();
        bed.Simulated.Put(bed.SegmentPath(5), bed.Simulated.Get(bed.SegmentPath(2)));
        Assert.Throws<CorruptDataException>(() => bed.Replay());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4096)]
    public void A_last_segment_with_a_bad_header_and_nothing_else_is_dropped(int bytes)
    {
        WalBed bed = FourSegments();
        byte[] header = new byte[bytes];
        header.AsSpan(0, bytes / 2).Fill(7);
        bed.Simulated.Put(bed.SegmentPath(5), header);
        Assert.False(bed.Replay().CleanlyClosed);
        bed.ExpectReplayed(1, 12);
        bed.Replay();
        bed.ExpectReplayed(1, 12);
    }

    [Fact]
    public void A_last_segment_with_a_bad_header_and_records_is_refused()
    {
        WalBed bed = FourSegments();
        Flip(bed, 4, 80);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
        bed.Recovery = RecoveryMode.Prefix;
        bed.Replay();
        bed.ExpectReplayed(1, 9);
    }

    [Fact]
    public void A_next_segment_proves_the_one_before_even_with_a_bad_header()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 3);
        }

        Flip(bed, 1, At(bed, 1, lsn: 2));
        bed.Simulated.Put(bed.SegmentPath(2), new byte[4096]);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
    }

    [Fact]
    public void The_closing_marker_is_durable()
    {
        WalBed bed = ThreeGroupsClosed();
        WalBed after = bed.On(CrashImage.Of(bed.Simulated, Survival.OnlySynced, 0));
        Assert.True(after.Replay().CleanlyClosed);
    }

    [Fact]
    public void What_recovery_relies_on_is_synced_before_the_new_segment_gets_its_name()
    {
        WalBed bed = FourSegments();
        List<string> done = [];
        bed.Simulated.Done = (kind, path) => done.Add($"{kind} {Path.GetFileName(path)}");
        bed.Replay();
        int named = done.FindIndex(step => step.StartsWith("rename wal-", StringComparison.Ordinal));
        string[] before = [.. done[..named]];
        Assert.Equal(4, before.Count(step => step.StartsWith("sync wal-", StringComparison.Ordinal)
            && step.EndsWith(".log", StringComparison.Ordinal)));
        Assert.Contains("syncdir log", before);
        Assert.StartsWith("syncdir", done[named + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_number_that_leaves_no_next_one_is_refused()
    {
        WalBed bed = ThreeGroupsClosed();
        bed.Simulated.Put(bed.SegmentPath(WalFormat.MaxSegmentNumber - 1), []);
        Assert.Throws<CorruptDataException>(() => bed.Open());
        bed.ReadOnly = true;
        bed.Replay();
        bed.ExpectReplayed(1, 9);
    }

    [Fact]
    public void A_newer_format_version_is_named()
    {
        WalBed bed = ThreeGroupsClosed();
        byte[] bytes = bed.Simulated.Get(bed.SegmentPath(1));
        bytes[8] = 2;
        LogBytes.SealSegmentHeader(bytes);
        bed.Simulated.Put(bed.SegmentPath(1), bytes);
        Assert.True(Assert.Throws<FormatVersionException>(() => bed.Replay()).TooNew);
    }

    internal static WalBed ThreeGroupsClosed()
    {
        var bed = new WalBed();
        using WriteAheadLog log = bed.Open();
        for (int group = 0; group < 3; group++)
        {
            WalBed.Write(log, 3);
        }

        log.Close();
        return bed;
    }

    internal static WalBed FourSegments()
    {
        var bed = new WalBed();
        using WriteAheadLog log = bed.Open();
        for (int segment = 0; segment < 4; segment++)
        {
            log.Rotate();
            WalBed.Write(log, 3);
        }

        log.Close();
        return bed;
    }

    internal static long At(WalBed bed, long segment, ulong lsn) =>
        LogBytes.OffsetOf(bed.Simulated.Get(bed.SegmentPath(segment)), lsn);

    internal static void Flip(WalBed bed, long segment, long offset)
    {
        byte[] bytes = bed.Simulated.Get(bed.SegmentPath(segment));
        bytes[offset] ^= 0x10;
        bed.Simulated.Put(bed.SegmentPath(segment), bytes);
    }

    private static void Extend(WalBed bed, long segment, byte[] more) =>
        bed.Simulated.Put(bed.SegmentPath(segment), [.. bed.Simulated.Get(bed.SegmentPath(segment)), .. more]);

    private static int OriginalLsn(LoggedRecord record) =>
        (int)BitConverter.ToUInt64(Convert.FromHexString(record.Payload));

    private static byte[] Zeroed(byte[] whole, long from)
    {
        byte[] zeroed = whole.ToArray();
        zeroed.AsSpan((int)from).Clear();
        return zeroed;
    }

    private static (byte[] Whole, long[] Ends) ThreeGroups()
    {
        var bed = new WalBed();
        var ends = new long[3];
        using WriteAheadLog log = bed.Open();
        for (int group = 0; group < 3; group++)
        {
            WalBed.Write(log, 3);
            ends[group] = log.Bytes;
        }

        return (bed.Simulated.Get(bed.SegmentPath(1)), ends);
    }

    private static void ExpectCut(WalBed bed, WalRecoveryReport report, byte[] tail)
    {
        // A tail of zeros only, or zeros at its end, is not worth keeping.
        byte[] kept = tail[..(tail.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)];
        Assert.Equal(kept.Length, report.BytesCut);
        string file = Path.Combine(WalBed.Directory, "wal.cut-7");
        Assert.Equal(kept.Length > 0, bed.Files.Exists(file));
        if (kept.Length > 0)
        {
            Assert.Equal(kept, bed.Simulated.Get(file));
        }
    }
}
