namespace Vesper.Hosts.Tests.Cli.Kills;

/// <summary>The tool, killed at random moments, keeps what it acknowledged and leaves no half of anything.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Seed = 20_261;
    private const int LeastRows = 20_000;
    private const int MostEscapes = 50;

    [Fact]
    public async Task AnImportKilledAgainAndAgainLosesNothingThatItAcknowledged()
    {
        output.WriteLine($"seed {Seed}");
        using var tool = new ToolDatabase();
        var import = new KilledImport(tool, new Random(Seed), output.WriteLine);
        await import.CreateAsync();
        while (import.Kills < KillPlan.Kills)
        {
            Assert.True(import.Escaped <= MostEscapes + KillPlan.Kills, $"the kills come too late: {import.Summary()}");
            await import.KillOneAsync();
        }

        await import.FinishAsync(Math.Max(import.Present + 1_000, LeastRows));
        output.WriteLine(import.Summary());
    }

    [Fact]
    public async Task AWriteOfManyPointsThatIsKilledIsThereAsAWholeOrNotAtAll()
    {
        output.WriteLine($"seed {Seed}");
        using var tool = new ToolDatabase();
        var writes = new KilledWrites(tool, new Random(Seed), output.WriteLine);
        await writes.CreateAsync();
        while (writes.Kills < KillPlan.Kills * 2 / 5)
        {
            Assert.True(writes.Escaped <= MostEscapes + KillPlan.Kills, $"the kills come too late: {writes.Summary()}");
            await writes.KillOneAsync();
        }

        output.WriteLine(writes.Summary());
    }
}
