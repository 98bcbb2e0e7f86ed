using Vesper.Storage.Wal;

namespace Vesper.Tests.Storage.Wal;

/// <summary>
/// Errors of the file system: which end the log, which only a group, and that acknowledged data survives all.
/// </summary>
public sealed class LogFaultTests
{
    private static readonly StorageException Full = new("ENOSPC (injected)", null, VesperErrorCode.DiskFull);
    private static readonly StorageException Broken = new("EIO (injected)");

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void An_error_at_any_operation_loses_nothing_acknowledged(bool full, bool sticky)
    {
        StorageException fault = full ? Full : Broken;
        int all = 0;
        Run(_ => null, ref all);
        for (int nth = 1; nth <= all; nth++)
        {
            int seen = 0;
            int target = nth;
            int unused = 0;
            try
            {
                Run(_ => ++seen == target || (sticky && seen > target) ? fault : null, ref unused);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"error at operation {nth}: {error.Message}", error);
            }
        }
    }

    [Fact]
    public void A_full_disk_drops_the_group_and_the_log_goes_on_when_there_is_space()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 2);
            bed.Simulated.Fault = (kind, _) => kind == "write" ? Full : null;
            WalBed.Append(log, 3);
            StorageException error = Assert.Throws<StorageException>(() => log.Commit(sync: true));
            Assert.Equal(VesperErrorCode.DiskFull, error.Code);
            Assert.Equal(new Lsn(2), log.LastLsn);
            bed.Simulated.Fault = null;
            WalBed.Write(log, 1);
            Assert.Equal(new Lsn(3), log.DurableLsn);
        }

        Assert.Equal(0, bed.Replay().BytesCut);
        bed.ExpectReplayed(1, 3);
    }

    [Fact]
    public void A_full_disk_in_the_middle_of_a_group_over_several_segments_drops_all_of_it()
    {
        var bed = new WalBed { SegmentBytes = 4096 + 400 };
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 2);
            int writes = 0;
            bed.Simulated.Fault = (kind, _) => kind == "write" && ++writes > 5 ? Full : null;
            WalBed.Append(log, 20, payloadBytes: 100);
            Assert.Throws<StorageException>(() => log.Commit(sync: true));
            Assert.Equal(new Lsn(2), log.LastLsn);
            Assert.Throws<StorageException>(() => WalBed.Write(log, 1));
            bed.Simulated.Fault = null;
            WalBed.Write(log, 2);
            log.Close();
        }

        Assert.True(bed.Replay().CleanlyClosed);
        bed.ExpectReplayed(1, 4);
    }

    [Fact]
    public void A_failed_sync_ends_the_log_for_ever()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 2);
            bed.Simulated.Fault = (kind, _) => kind == "sync" ? Full : null;
            WalBed.Append(log, 1);
            Assert.Throws<StorageException>(() => log.Commit(sync: true));
            bed.Simulated.Fault = null;
            int operations = bed.Simulated.Operations;
            ExpectFailed(log);
            Assert.Equal(operations, bed.Simulated.Operations);
            Assert.Equal(new Lsn(2), log.DurableLsn);
        }

        Assert.Equal(1, bed.Replay().RecordsRewritten);
        bed.ExpectReplayed(1, 3);
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("sync")]
    public void A_write_that_cannot_be_taken_back_ends_the_log(string second)
    {
        var bed = new WalBed();
        using WriteAheadLog log = bed.Open();
        bed.Simulated.Fault = (kind, _) => kind == "write" || kind == second ? Broken : null;
        WalBed.Append(log, 1);
        Assert.Throws<StorageException>(() => log.Commit(sync: false));
        bed.Simulated.Fault = null;
        ExpectFailed(log);
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("rename")]
    [InlineData("syncdir")]
    public void A_new_segment_whose_fate_is_unknown_ends_the_log(string operation)
    {
        var bed = new WalBed();
        using WriteAheadLog log = bed.Open();
        WalBed.Write(log, 1);
        bed.Simulated.Fault = (kind, _) => kind == operation ? Broken : null;
        Assert.Throws<StorageException>(log.Rotate);
        bed.Simulated.Fault = null;
        ExpectFailed(log);
    }

    [Fact]
    public void Starting_while_the_disk_is_full_works_and_writes_follow_later()
    {
        var bed = new WalBed();
        using (WriteAheadLog log = bed.Open())
        {
            WalBed.Write(log, 2);
            WalBed.Write(log, 2);
        }

        bed.Simulated.Fault = (kind, _) => kind is "write" or "create" ? Full : null;
        using (WriteAheadLog log = bed.Open())
        {
            bed.ExpectReplayed(1, 4);
            Assert.Equal(new Lsn(2), log.DurableLsn);
            Assert.Equal(1, log.CurrentSegment);
            Assert.Throws<StorageException>(() => WalBed.Write(log, 1));
            bed.Simulated.Fault = null;
            WalBed.Write(log, 1);
            Assert.Equal(new Lsn(5), log.DurableLsn);
            log.Close();
        }

        SimulatedFileSystem disk = CrashImage.Of(bed.Simulated, Survival.OnlySynced, 0);
        WalBed after = bed.On(disk);
        after.Replay();
        after.ExpectReplayed(1, 5);
    }

    [Fact]
    public void Nothing_is_called_durable_before_the_sync_that_covers_it_has_returned()
    {
        var bed = new WalBed { SegmentBytes = 4096 + 600 };
        using WriteAheadLog log = bed.Open();
        ulong written = 0;
        ulong syncing = 0;
        ulong synced = 0;
        bed.Simulated.Fault = (kind, _) =>
        {
            Assert.True(log.DurableLsn.Value <= synced);
            syncing = kind == "sync" ? written : syncing;
            return null;
        };
        bed.Simulated.Done = (kind, _) =>
        {
            Assert.True(log.DurableLsn.Value <= synced);
            written = kind == "write" ? log.LastLsn.Value : written;
            synced = kind == "sync" ? Math.Max(synced, syncing) : synced;
        };
        for (int round = 0; round < 60; round++)
        {
            WalBed.Write(log, 1 + (round % 5), sync: round % 3 == 0);
            if (round % 3 == 0)
            {
                Assert.Equal(log.LastLsn, log.DurableLsn);
            }

            if (round % 7 == 0)
            {
                log.Sync();
            }

            Assert.True(log.DurableLsn.Value <= synced);
        }

        log.Close();
    }

    [Fact]
    public async Task Syncing_from_another_thread_never_claims_too_much()
    {
        var bed = new WalBed { SegmentBytes = 16 << 10 };
        using WriteAheadLog log = bed.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task timer = Task.Run(() => SyncUntil(log, stop.Token), TestContext.Current.CancellationToken);
        for (int round = 0; round < 1000; round++)
        {
            WalBed.Write(log, 3, sync: false);
        }

        ulong durable = log.DurableLsn.Value;
        SimulatedFileSystem disk = CrashImage.Of(bed.Simulated, Survival.Everything, 0);
        await stop.CancelAsync();
        await timer;
        log.Sync();
        Assert.Equal(log.LastLsn, log.DurableLsn);
        WalBed after = bed.On(disk);
        after.Replay();
        after.ExpectReplayed(1, (ulong)after.Replayed.Count);
        Assert.True((ulong)after.Replayed.Count >= durable);
    }

    private static void SyncUntil(WriteAheadLog log, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            log.Sync();
        }
    }

    private static void ExpectFailed(WriteAheadLog log)
    {
        Assert.Throws<StorageException>(() => log.Append(1, [1], last: true));
        Assert.Throws<StorageException>(() => log.Commit(sync: false));
        Assert.Throws<StorageException>(log.Sync);
        Assert.Throws<StorageException>(log.Rotate);
        Assert.Throws<StorageException>(() => log.Trim(1));
        Assert.Throws<StorageException>(log.Close);
    }

    /// <summary>
    /// Runs the script, restarting the process when the log has failed; then heals, stops the machine, and looks.
    /// </summary>
    private static void Run(Func<string, Exception?> fault, ref int operations)
    {
        var files = new SimulatedFileSystem();
        using var script = new LogScript(new WalBed { SegmentBytes = 4096 + 900 }.On(files), new LogOracle());
        script.Open();
        int before = files.Operations;
        files.Fault = (kind, _) => fault(kind);
        foreach (char step in LogScript.Everything)
        {
            try
            {
                script.Run(step);
            }
            catch (StorageException)
            {
                Recover(script, files, fault);
            }
        }

        operations = files.Operations - before;
        files.Fault = null;
        script.Reopen();
        script.Write(batches: 1, payloadBytes: 10, sync: true);
        var disk = CrashImage.Of(files, Survival.OnlySynced, 0);
        using var after = new LogScript(script.Bed.On(disk), script.Oracle.Copy());
        after.Open();
    }

    private static void Recover(LogScript script, SimulatedFileSystem files, Func<string, Exception?> fault)
    {
        files.Fault = null;
        try
        {
            script.Log.Sync();
            script.Oracle.Truncate(script.Log.LastLsn.Value);
        }
        catch (Exception error) when (error is StorageException or ObjectDisposedException)
        {
            script.Reopen();
        }

        files.Fault = (kind, _) => fault(kind);
    }
}
