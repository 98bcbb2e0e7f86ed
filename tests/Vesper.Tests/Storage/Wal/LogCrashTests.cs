using Vesper.Storage.Wal;

namespace Vesper.Tests.Storage.Wal;

/// <summary>
/// Crashes at every operation of a script, with what the disk kept chosen in nine ways, and crashes again inside
/// recovery: the log always opens, with all that was acknowledged, in order, in whole groups.
/// </summary>
public sealed class LogCrashTests
{
    private int _images;

    [Fact]
    public void A_crash_at_any_operation_loses_nothing_acknowledged()
    {
        CrashEverywhere(_ => false);
        Assert.True(_images > 5_000, $"{_images} images");
        TestContext.Current.SendDiagnosticMessage($"{_images} crash images");
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("syncdir")]
    public void A_disk_that_skips_an_operation_is_found_out(string skipped) =>
        Assert.Throws<InvalidOperationException>(() => CrashEverywhere(kind => kind == skipped));

    [Fact]
    public void A_failed_sync_that_lost_its_pages_loses_nothing_acknowledged()
    {
        int syncs = 0;
        var counted = new SimulatedFileSystem { Fault = (kind, _) => Count(kind, ref syncs, 0) };
        using (LogScript counting = Scripted(counted))
        {
            RunAll(counting);
        }

        int all = syncs;
        for (int nth = 1; nth <= all; nth++)
        {
            syncs = 0;
            int target = nth;
            var files = new SimulatedFileSystem { Fault = (kind, _) => Count(kind, ref syncs, target) };
            using LogScript script = Scripted(files);
            Assert.Throws<StorageException>(() => RunAll(script));

            // The restarted process still sees the lost pages in the cache; the machine then stops.
            files.Fault = null;
            script.Dispose();
            script.Reopen();
            script.Write(batches: 1, payloadBytes: 30, sync: true);
            Check(script, Survival.OnlySynced, nth);
            Check(script, Survival.Everything, nth);
        }
    }

    private void CrashEverywhere(Func<string, bool> lie)
    {
        int operations = Survivor(int.MaxValue, lie).Bed.Simulated.Operations;
        for (int at = 1; at <= operations; at++)
        {
            LogScript crashed = Survivor(at, lie);
            foreach (Survival survival in Enum.GetValues<Survival>())
            {
                Check(crashed, survival, at);
            }
        }
    }

    private static StorageException? Count(string kind, ref int syncs, int target) =>
        kind == "sync" && ++syncs == target ? new StorageException("EIO (injected)") : null;

    private static LogScript Scripted(SimulatedFileSystem files) =>
        new(new WalBed { SegmentBytes = 4096 + 900 }.On(files), new LogOracle());

    private static void RunAll(LogScript script)
    {
        script.Open();
        foreach (char step in LogScript.Everything)
        {
            script.Run(step);
        }
    }

    private static LogScript Survivor(int crashAt, Func<string, bool> lie)
    {
        LogScript script = Scripted(new SimulatedFileSystem { CrashAt = crashAt, Lie = lie });
        try
        {
            RunAll(script);
        }
        catch (SimulatedCrashException)
        {
            script.Dispose();
        }

        return script;
    }

    private void Check(LogScript crashed, Survival survival, int seed)
    {
        try
        {
            SimulatedFileSystem Image() => CrashImage.Of(crashed.Bed.Simulated, survival, seed);
            int steps = Continue(crashed, Image());
            var random = new Random((seed * 1000) + (int)survival);
            CrashInRecovery(crashed, Image(), random.Next(1, steps + 1), random);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"operation {seed}, {survival}: {error.Message}", error);
        }
    }

    /// <summary>
    /// Opens, writes, crashes at the worst, opens again. Gives the number of operations of the first opening.
    /// </summary>
    private int Continue(LogScript crashed, SimulatedFileSystem files)
    {
        _images++;
        using var script = new LogScript(crashed.Bed.On(files), crashed.Oracle.Copy());
        script.Open();
        int steps = files.Operations;
        script.Write(batches: 1, payloadBytes: 21, sync: true);
        using var again = new LogScript(
            script.Bed.On(CrashImage.Of(files, Survival.OnlySynced, 1)), script.Oracle.Copy());
        again.Open();
        return steps;
    }

    /// <summary>Crashes inside recovery up to three times, then lets it finish.</summary>
    private void CrashInRecovery(LogScript crashed, SimulatedFileSystem files, int at, Random random)
    {
        for (int crash = 0; crash < 3; crash++)
        {
            files.CrashAt = at;
            WalBed bed = crashed.Bed.On(files);
            try
            {
                bed.Open().Dispose();
                files.CrashAt = 0;
            }
            catch (SimulatedCrashException)
            {
            }

            Survival[] choices = Enum.GetValues<Survival>();
            files = CrashImage.Of(files, choices[random.Next(choices.Length)], random.Next());
            _images++;
            at = random.Next(1, 8);
        }

        Continue(crashed, files);
    }
}
