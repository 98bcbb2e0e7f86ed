using Vesper.Engine;
using Vesper.Tests.Storage.Wal;

namespace Vesper.Tests.Engine;

/// <summary>
/// The machine stops at random operations of random work, and again while the restart recovers. What opens then is
/// what was acknowledged, with or without the one operation in flight, as a whole; the check finds nothing; and with
/// the newest manifest damaged the one before it and its log give the same.
/// </summary>
public sealed class CrashFuzzTests
{
    private const int Operations = 60;
    private const int SeedsPerCase = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(1_001)]
    [InlineData(2_001)]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + SeedsPerCase; seed++)
        {
            await RunAsync(seed, Durability.Sync);
        }
    }

    [Theory]
    [InlineData(3_001, 0)]
    [InlineData(4_001, 2)]
    public async Task At_weaker_levels_what_is_left_is_a_state_that_was(int firstSeed, int intervalMs)
    {
        for (var seed = firstSeed; seed < firstSeed + SeedsPerCase; seed++)
        {
            await RunAsync(seed, intervalMs == 0 ? Durability.None : Durability.Interval(intervalMs));
        }
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("syncdir")]
    public async Task A_disk_that_skips_an_operation_is_found_out(string skipped) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(1, Durability.Sync, skipped));

    private static async Task RunAsync(int seed, Durability durability, string? skipped = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the simulated disk has the paths of the others");
        var moments = await new CrashScript(seed, durability) { Lie = skipped }.RunAsync(Operations);
        Assert.NotEmpty(moments);
        var random = new Random(seed);
        foreach (var moment in moments)
        {
            try
            {
                Recover(moment, random);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{moment.Place}: {error.Message}", error);
            }
        }
    }

    private static void Recover(CrashMoment moment, Random random)
    {
        var fallback = random.Next(2) == 0 ? StateWithoutNewestManifest(moment.Disk) : null;
        var disk = random.Next(2) == 0 ? CrashInRecovery(moment.Disk, random) : moment.Disk;
        string? found;
        using (var database = DatabaseEngine.Open(disk, CrashScript.Path, CrashScript.Options))
        {
            found = StateOf(database);
        }

        if (found is null)
        {
            Assert.False(moment.Created, "the collection is gone");
            return;
        }

        Assert.Contains(found, moment.Allowed);
        Assert.Equal(fallback ?? found, found);
        var problems = new List<CheckProblem>();
        new IntegrityCheck(disk, CrashScript.Path, problems.Add).Run(null, CancellationToken.None);
        Assert.Empty(problems);
    }

    private static string? StateOf(DatabaseEngine database)
    {
        if (!database.List().Contains(CrashScript.Name))
        {
            return null;
        }

        return CrashScript.StateOf(new Collection(database.Get(CrashScript.Name)));
    }

    /// <summary>Stops the machine a second time, at an operation of the restart or of what it does at once.</summary>
    private static SimulatedFileSystem CrashInRecovery(SimulatedFileSystem disk, Random random)
    {
        var survival = (Survival)random.Next(Enum.GetValues<Survival>().Length);
        disk.CrashAt = random.Next(1, 25);
        try
        {
            DatabaseEngine.Open(disk, CrashScript.Path, CrashScript.Options).Dispose();
        }
        catch (Exception error) when (error is SimulatedCrashException or VesperException)
        {
            // It stopped.
        }

        return CrashImage.Of(disk, survival, random.Next());
    }

    private static string? StateWithoutNewestManifest(SimulatedFileSystem disk)
    {
        var copy = CrashImage.Of(disk, Survival.Everything, 0);
        var manifests = copy.Names.Keys
            .Where(path => Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(path))) == CrashScript.Path
                && Path.GetFileName(path).StartsWith("MANIFEST-", StringComparison.Ordinal)
                && !path.EndsWith(".tmp", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();
        if (manifests.Length < 2)
        {
            return null;
        }

        var damaged = copy.Get(manifests[^1]);
        damaged[70] ^= 4;
        copy.Put(manifests[^1], damaged);
        using var database = DatabaseEngine.Open(copy, CrashScript.Path, CrashScript.Options);
        return StateOf(database);
    }
}
