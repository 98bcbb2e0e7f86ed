using System.Text.Json.Nodes;
using Vesper.Tests.Engine;
using Vesper.Tests.House;

namespace Vesper.Tests.Golden;

/// <summary>
/// Whole database directories as version 1 of every format left them, one closed cleanly and one by a killed process.
/// Today's code must open them; VESPER_UPDATE_BASELINES=1 makes them anew, which is right only as long as no release
/// has written them.
/// </summary>
public sealed class GoldenDatabaseTests
{
    [Theory]
    [InlineData("database-v1.zip", false)]
    [InlineData("database-v1-killed.zip", true)]
    public async Task Version_1_opens_with_what_it_held(string name, bool killed)
    {
        using var directory = await ExtractAsync(name, killed);
        await using (var database = await directory.OpenAsync(new() { ReadOnly = true }))
        {
            var report = Assert.Single(database.OpenReport.Collections);
            Assert.Null(report.Failure);
            Assert.Equal(!killed, report.CleanlyClosed);
            Assert.Equal(killed, report.RecordsReplayed > 0);
            Assert.Empty(report.Notes);
            CheckContent(database.GetCollection(GoldenDatabase.Collection), killed);
        }

        Assert.Empty(directory.Check());
    }

    [Theory]
    [InlineData("database-v1.zip", false)]
    [InlineData("database-v1-killed.zip", true)]
    public async Task Version_1_can_be_written_on(string name, bool killed)
    {
        using var directory = await ExtractAsync(name, killed);
        await using (var database = await directory.OpenAsync())
        {
            var plants = database.GetCollection(GoldenDatabase.Collection);
            CheckContent(plants, killed);
            await plants.SetPayloadAsync(GoldenDatabase.IdOf(7), new JsonObject { ["new"] = true });
            await plants.CompactAsync();
        }

        await using (var database = await directory.OpenAsync(new() { ReadOnly = true }))
        {
            var plants = database.GetCollection(GoldenDatabase.Collection);
            Assert.Equal(GoldenDatabase.Content(killed).Count, plants.Count());
            var changed = plants.Scroll(new() { Filter = Filter.Match("new", true) }).Points;
            Assert.Equal(GoldenDatabase.IdOf(7), Assert.Single(changed).Id);
        }

        Assert.Empty(directory.Check());
    }

    private static void CheckContent(Collection plants, bool killed)
    {
        var expected = GoldenDatabase.Content(killed);
        Assert.Equal(expected.Count, plants.Count());
        var points = plants.Scroll(new() { Limit = 1_000, WithVectors = true }).Points;
        Assert.Equal(expected.Keys, points.Select(point => point.Id));
        foreach (var point in points)
        {
            var (number, payload) = expected[point.Id];
            Assert.Equal(payload, point.Payload!.ToString());
            Assert.Equal(GoldenDatabase.LeafOf(number), point.Vectors!["leaf"]);
            Assert.Equal(GoldenDatabase.RootOf(number), point.Vectors["root"]);
        }

        CheckQueries(plants, expected);
    }

    private static void CheckQueries(
        Collection plants, SortedDictionary<PointId, (int Number, string Payload)> expected)
    {
        var ferns = expected.Values.Count(point => point.Payload.Contains("fern", StringComparison.Ordinal));
        Assert.Equal(ferns, plants.Count(Filter.Match("kind", "fern")));
        Assert.Equal(1, plants.Count(Filter.Match("kind", "moss")));
        foreach (var exact in new[] { true, false })
        {
            var leaf = GoldenDatabase.LeafOf(9);
            var leaves = plants.Search(new() { Vector = leaf, Field = "leaf", Limit = 3, Exact = exact });
            Assert.Equal(GoldenDatabase.IdOf(9), leaves[0].Id);
            Assert.Equal([0f, 1.25f, 1.25f], leaves.Select(hit => hit.Score));
        }

        var roots = plants.Search(new() { Vector = new[] { 1f, 0f }, Field = "root", Limit = 1 });
        var last = expected.Values.Max(point => point.Number);
        Assert.Equal((GoldenDatabase.IdOf(last), last + 1f), (roots[0].Id, roots[0].Score));
    }

    private static async Task<TemporaryDatabase> ExtractAsync(string name, bool killed)
    {
        var archive = SourceTree.Repository.PathOf($"tests/Vesper.Tests/Golden/{name}");
        if (Baseline.IsUpdating)
        {
            using var made = new TemporaryDatabase();
            await GoldenDatabase.MakeAsync(made.Path, archive, killed);
        }

        var directory = new TemporaryDatabase();
        GoldenDatabase.Extract(archive, directory.Path);
        return directory;
    }
}
