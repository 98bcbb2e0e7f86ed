using System.Text.Json;

namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>Verbs about collections as a whole: create, list, info, index, compact, check, drop.</summary>
public sealed class CollectionVerbTests
{
    [Fact]
    public async Task ACollectionIsCreatedListedDescribedAndDropped()
    {
        using var tool = new ToolDatabase();
        var created = await tool.OneAsync(
            "create", "docs", "--dim", "4", "--metric", "cosine", "--index", "hnsw", "--m", "8",
            "--ef-construction", "50", "--payload-index", "lang:keyword", "--payload-index", "meta.year:integer");
        Assert.Equal("docs", created.GetProperty("created").GetString());
        var text = await tool.TextAsync(
            "create", "photos", "--vector-field", "image:3:l2", "--vector-field", "caption:2:dot");
        Assert.Contains("photos", text, StringComparison.Ordinal);
        var again = await tool.FailAsync(1, "AlreadyExists", "create", "docs", "--dim", "4", "--metric", "l2");
        Assert.Contains("'docs'", again, StringComparison.Ordinal);

        var listed = await tool.JsonAsync("list");
        Assert.Equal(["docs", "photos"], listed.Select(line => line.GetProperty("name").GetString()));
        Assert.All(listed, line => Assert.Equal("healthy", line.GetProperty("state").GetString()));
        Assert.Contains("photos", await tool.TextAsync("list"), StringComparison.Ordinal);
        RequireDescription(await tool.OneAsync("info", "docs"));
        Assert.Equal(2, (await tool.JsonAsync("info")).Count);
        Assert.Contains("meta.year: integer", await tool.TextAsync("info", "docs"), StringComparison.Ordinal);

        Assert.Equal("docs", (await tool.OneAsync("drop", "docs")).GetProperty("dropped").GetString());
        Assert.Contains("photos", await tool.TextAsync("drop", "photos"), StringComparison.Ordinal);
        Assert.Empty(await tool.JsonAsync("list"));
        await tool.RequireCleanAsync();
    }

    [Fact]
    public async Task TheProcessorIsShownWithoutADatabase()
    {
        using var tool = new ToolDatabase();
        var cpu = await tool.OneAsync("info", "--cpu");
        Assert.True(cpu.GetProperty("processors").GetInt32() > 0);
        Assert.Single(cpu.GetProperty("kernels").EnumerateArray(), kernel => kernel.GetProperty("chosen").GetBoolean());
        Assert.Contains("scalar", await tool.TextAsync("info", "--cpu"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompactingDropsWhatIsDeletedAndLeavesOneSegment()
    {
        using var tool = new ToolDatabase();
        var vectors = VectorFiles.Write(tool.Files.PathOf("v.fbin"), [.. Enumerable.Range(1, 500).Select(Row)]);
        await tool.JsonAsync("create", "docs", "--dim", "2", "--metric", "l2");
        await tool.JsonAsync("import", "docs", "--vectors", vectors);
        await tool.JsonAsync("delete", "docs", "7", "8", "9");

        var compacted = await tool.OneAsync("compact", "docs");
        Assert.Equal("docs", compacted.GetProperty("compacted").GetString());
        Assert.Equal(497, compacted.GetProperty("points").GetInt64());
        Assert.True(compacted.GetProperty("bytes").GetInt64() > 497 * 8);
        Assert.True(compacted.GetProperty("seconds").GetDouble() >= 0);
        Assert.Contains("Compacted docs", await tool.TextAsync("compact", "docs"), StringComparison.Ordinal);

        var info = await tool.OneAsync("info", "docs");
        Assert.Equal(497, info.GetProperty("points").GetInt64());
        Assert.Equal(0, info.GetProperty("dead_rows").GetInt64());
        Assert.Equal(compacted.GetProperty("segments").GetInt32(), info.GetProperty("segments").GetInt32());
        Assert.Contains("in order", await tool.TextAsync("check"), StringComparison.Ordinal);
        Assert.Contains("in order", await tool.TextAsync("check", "docs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongUsageIsExitCodeTwoAndHelpShowsExamples()
    {
        using var tool = new ToolDatabase();
        string[][] wrong =
        [
            ["nosuchverb"],
            ["create"],
            ["create", "docs", "--dim", "4"],
            ["create", "docs", "--dim", "4", "--metric", "euclid"],
            ["create", "docs", "--dim", "0", "--metric", "l2"],
            ["create", "docs", "--dim", "4", "--metric", "l2", "--m", "40", "--ef-construction", "39"],
            ["import", "docs"],
            ["delete", "docs"],
            ["get", "docs"],
            ["search", "docs"],
            ["set-payload", "docs", "1"],
        ];
        await Task.WhenAll(wrong.Select(line => tool.FailAsync(2, "Usage", line)));
        Assert.False(Directory.Exists(tool.Data));

        var help = await tool.TextAsync("import", "--help");
        Assert.Contains("vesper import words --vectors", help, StringComparison.Ordinal);
        Assert.Contains("demo", await tool.TextAsync("--help"), StringComparison.Ordinal);
    }

    private static float[] Row(int row) => [row, -row];

    private static void RequireDescription(JsonElement info)
    {
        Assert.Equal("docs", info.GetProperty("name").GetString());
        Assert.Equal(0, info.GetProperty("points").GetInt64());
        Assert.True(info.GetProperty("segments").GetInt32() >= 0);
        Assert.True(info.GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(JsonValueKind.Number, info.GetProperty("lsn").ValueKind);
        Assert.Equal("healthy", info.GetProperty("state").GetString());
        var field = info.GetProperty("vectors").GetProperty("");
        Assert.Equal(4, field.GetProperty("dimensions").GetInt32());
        Assert.Equal("cosine", field.GetProperty("metric").GetString());
        Assert.Equal("hnsw", field.GetProperty("index").GetString());
        Assert.Equal(8, field.GetProperty("m").GetInt32());
        Assert.Equal("integer", info.GetProperty("payload_indexes").GetProperty("meta.year").GetString());
        Assert.True(info.GetProperty("open").GetProperty("cleanly_closed").GetBoolean());
    }
}
