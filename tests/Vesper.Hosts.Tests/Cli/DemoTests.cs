using System.Text.Json;

namespace Vesper.Hosts.Tests.Cli;

/// <summary>The demo, which is the first thing that a newcomer sees.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task TheDemoRunsTwiceAndItsDataIsThereForTheVerbsThatItNames()
    {
        using var tool = new ToolDatabase();
        var first = (await tool.TextAsync("demo")).ReplaceLineEndings(" ");
        string[] parts =
        [
            "Created debian-packages in", tool.Data, "name", "section", "score", "text", "recall@10", "queries/s",
            "p99 ms", "exact", "Opened in", "All there:", "vesper search debian-packages",
            "vesper info debian-packages",
        ];
        Assert.All(parts, part => Assert.Contains(part, first, StringComparison.Ordinal));

        var second = await tool.JsonAsync("demo");
        Assert.Contains(second, line => line.TryGetProperty("dropped", out _));
        Assert.Contains(second, line => line.TryGetProperty("query", out _) && line.TryGetProperty("score", out _));
        var measured = second.Where(line => line.TryGetProperty("recall", out _)).ToList();
        Assert.All(measured, row => Assert.InRange(Recall(row), 0.5, 1));
        Assert.Contains(measured, row => row.TryGetProperty("ef", out _) && Recall(row) >= 0.95);
        Assert.Contains(second, line => line.TryGetProperty("reopened", out _));

        var hits = await tool.JsonAsync("search", "debian-packages", "--text", "play chess", "--k", "3");
        Assert.Equal(3, hits.Count);
        Assert.All(hits, hit => Assert.NotEqual("", hit.GetProperty("payload").GetProperty("package").GetString()));
        await tool.RequireCleanAsync();
    }

    [Fact]
    public async Task TheDemoLeavesACollectionOfTheUsersAlone()
    {
        using var tool = new ToolDatabase();
        await tool.OneAsync("create", "debian-packages", "--dim", "2", "--metric", "l2");
        var message = await tool.FailAsync(1, "Schema", "demo");
        Assert.StartsWith("debian-packages: is a collection that the demo did not make", message);
        var info = await tool.OneAsync("info", "debian-packages");
        Assert.Equal(2, info.GetProperty("vectors").GetProperty("").GetProperty("dimensions").GetInt32());
    }

    private static double Recall(JsonElement row) => row.GetProperty("recall").GetDouble();
}
