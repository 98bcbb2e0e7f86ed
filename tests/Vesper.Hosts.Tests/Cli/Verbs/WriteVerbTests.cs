namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>Verbs that change points and payload indexes, and each is still there for the next process.</summary>
public sealed class WriteVerbTests
{
    private const string Odd = "{\"must\":[{\"key\":\"odd\",\"match\":{\"value\":true}}]}";

    [Fact]
    public async Task PayloadsAreSetOverwrittenRemovedAndCleared()
    {
        using var tool = await CreateAsync();
        var set = await tool.OneAsync("set-payload", "docs", "1", "2", "999", "--payload", "{\"x\":{\"y\":1}}");
        Assert.Equal(2, set.GetProperty("changed").GetInt64());
        Assert.True(set.GetProperty("lsn").GetUInt64() > 0);
        await tool.OneAsync("set-payload", "docs", "2", "--payload", "{\"z\":2}", "--overwrite");
        var cleared = await tool.OneAsync("set-payload", "docs", "--clear", "--filter", Odd);
        Assert.Equal(5, cleared.GetProperty("changed").GetInt64());
        await tool.OneAsync("set-payload", "docs", "4", "--remove", "n", "--remove", "nothing");
        var text = await tool.TextAsync("set-payload", "docs", "6", "--clear");
        Assert.Contains("Changed 1", text, StringComparison.Ordinal);

        await tool.ReadAsync("docs", collection =>
        {
            var expected = new Dictionary<ulong, string>
            {
                [0] = "{\"n\":0,\"odd\":false}",
                [1] = "{}",
                [2] = "{\"z\":2}",
                [4] = "{\"odd\":false}",
                [6] = "{}",
            };
            Assert.All(expected, pair =>
                Assert.Equal(pair.Value, Assert.Single(collection.Get([pair.Key])).Payload!.ToString()));
            Assert.Equal(0, collection.Count(Filter.Parse(Odd)));
        });
        await tool.RequireCleanAsync();
    }

    [Fact]
    public async Task PointsAreDeletedByIdAndByFilter()
    {
        using var tool = await CreateAsync();
        var byId = await tool.OneAsync("delete", "docs", "0", "1", "999");
        Assert.Equal(2, byId.GetProperty("deleted").GetInt64());
        Assert.True(byId.GetProperty("lsn").GetUInt64() > 0);
        Assert.Equal(4, (await tool.OneAsync("delete", "docs", "--filter", Odd)).GetProperty("deleted").GetInt64());
        Assert.Equal(0, (await tool.OneAsync("delete", "docs", "--filter", Odd)).GetProperty("deleted").GetInt64());
        Assert.Contains("Deleted 1", await tool.TextAsync("delete", "docs", "2"), StringComparison.Ordinal);
        await tool.FailAsync(2, "Usage", "delete", "docs", "1", "--filter", Odd);

        await tool.ReadAsync("docs", collection =>
        {
            PointId[] left = [4, 6, 8];
            Assert.Equal(left, collection.Scroll(new ScrollRequest()).Points.Select(point => point.Id));
            Assert.Equal(left.Length, collection.Search(new SearchRequest { Vector = new float[] { 1, 1 } }).Count);
        });
        await tool.RequireCleanAsync();
    }

    [Fact]
    public async Task PayloadIndexesAreAddedAndDropped()
    {
        using var tool = await CreateAsync();
        const string range = "{\"must\":[{\"key\":\"n\",\"range\":{\"gte\":3,\"lt\":6}}]}";
        var before = await tool.OneAsync("count", "docs", "--filter", range);
        var added = await tool.OneAsync("index", "add", "docs", "n:integer");
        Assert.Equal("n", added.GetProperty("index_added").GetString());
        var after = await tool.OneAsync("count", "docs", "--filter", range);
        Assert.Equal(3, before.GetProperty("count").GetInt64());
        Assert.Equal(3, after.GetProperty("count").GetInt64());
        var info = await tool.OneAsync("info", "docs");
        Assert.Equal("integer", info.GetProperty("payload_indexes").GetProperty("n").GetString());
        var other = await tool.FailAsync(1, "Schema", "index", "add", "docs", "n:keyword");
        Assert.StartsWith("n: ", other, StringComparison.Ordinal);

        var dropped = await tool.OneAsync("index", "drop", "docs", "n");
        Assert.Equal("n", dropped.GetProperty("index_dropped").GetString());
        var again = await tool.FailAsync(1, "NotFound", "index", "drop", "docs", "n");
        Assert.Contains("'n'", again, StringComparison.Ordinal);
        Assert.Contains("Indexed", await tool.TextAsync("index", "add", "docs", "odd:bool"), StringComparison.Ordinal);
        Assert.Equal(5, (await tool.OneAsync("count", "docs", "--filter", Odd)).GetProperty("count").GetInt64());
        await tool.RequireCleanAsync();
    }

    [Fact]
    public async Task AMistypedOptionIsNoIdUnlessItStandsBehindTwoDashes()
    {
        using var tool = await CreateAsync();
        await tool.FailAsync(2, "Usage", "delete", "docs", "--dry-run", "3");
        await tool.FailAsync(2, "Usage", "set-payload", "docs", "5", "--overwite", "--payload", "{\"x\":1}");
        await tool.FailAsync(2, "Usage", "set-payload", "docs", "5", "--remove", "n", "--odd");
        await tool.ReadAsync("docs", collection =>
        {
            Assert.Equal(10, collection.Count());
            Assert.Equal("{\"n\":5,\"odd\":true}", Assert.Single(collection.Get([5])).Payload!.ToString());
        });

        await tool.JsonAsync(
            "import", "docs", "--vectors", tool.Files.Write("odd.jsonl", "{\"id\":\"--dry-run\",\"vector\":[1,1]}"));
        await tool.JsonAsync("set-payload", "docs", "--payload", "{\"-x\":1,\"n\":2}", "--", "--dry-run", "-5");
        await tool.JsonAsync("set-payload", "docs", "--remove=-x", "--", "--dry-run");
        var got = await tool.OneAsync("get", "docs", "--", "--dry-run");
        Assert.Equal("{\"n\":2}", got.GetProperty("payload").GetRawText());
        var deleted = await tool.OneAsync("delete", "docs", "--", "--dry-run", "3");
        Assert.Equal(2, deleted.GetProperty("deleted").GetInt64());
    }

    private static async Task<ToolDatabase> CreateAsync()
    {
        var tool = new ToolDatabase();
        await tool.OneAsync("create", "docs", "--dim", "2", "--metric", "l2");
        var lines = string.Concat(Enumerable.Range(0, 10).Select(row =>
            $"{{\"vector\":[{row},1],\"payload\":{{\"n\":{row},\"odd\":{(row % 2 == 1 ? "true" : "false")}}}}}\n"));
        await tool.JsonAsync("import", "docs", "--vectors", tool.Files.Write("docs.jsonl", lines));
        return tool;
    }
}
