namespace Vesper.Hosts.Tests.Cli.BadInput;

/// <summary>A request that makes no sense is refused by name and limit, and changes nothing.</summary>
public sealed class BadRequestTests : IAsyncLifetime
{
    private const int Stored = 3;

    private readonly ToolDatabase _tool = new();

    public async ValueTask InitializeAsync()
    {
        await _tool.OneAsync(
            "create", "docs", "--dim", "3", "--metric", "cosine", "--payload-index", "lang:keyword",
            "--payload-index", "n:integer");
        var lines = string.Concat(Enumerable.Range(0, Stored).Select(row =>
            $"{{\"vector\":[1,2,{row}],\"payload\":{{\"lang\":\"en\",\"n\":{row},\"free\":{row}}}}}\n"));
        await _tool.JsonAsync("import", "docs", "--vectors", _tool.Files.Write("docs.jsonl", lines));
    }

    public ValueTask DisposeAsync()
    {
        _tool.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task WhatDoesNotExistIsNamed()
    {
        var file = VectorFiles.Write(_tool.Files.PathOf("v.fbin"), [1, 2, 3]);
        string[][] about =
        [
            ["info", "nope"], ["import", "nope", "--vectors", file], ["export", "nope"], ["get", "nope", "1"],
            ["count", "nope"], ["scroll", "nope"], ["delete", "nope", "1"], ["set-payload", "nope", "1", "--clear"],
            ["index", "add", "nope", "a:bool"], ["search", "nope", "--vector", "[1]"], ["compact", "nope"],
            ["check", "nope"], ["drop", "nope"], ["import", "docs", "--vectors", file, "--field", "nope"],
            ["search", "docs", "--vector", "[1,2,3]", "--field", "nope"],
        ];
        foreach (var line in about)
        {
            Assert.Contains("'nope'", await _tool.FailAsync(1, "NotFound", line), StringComparison.Ordinal);
        }

        using var nowhere = new ToolDatabase();
        Assert.Contains(nowhere.Data, await nowhere.FailAsync(1, "NotFound", "info"), StringComparison.Ordinal);
        await nowhere.FailAsync(1, "NotFound", "import", "docs", "--vectors", file);
        Assert.False(Directory.Exists(nowhere.Data));
        await RequireNothingDoneAsync();
    }

    [Fact]
    public async Task NumbersOutsideTheirRangesAreWrongUsage()
    {
        var queries = VectorFiles.Write(_tool.Files.PathOf("q.fbin"), [1, 2, 3]);
        const string range = "--k must be a whole number from 1 to 65,536";
        await RangeAsync(range, "search", "docs", "--vector", "[1,2,3]", "--k", "0");
        await RangeAsync(range, "search", "docs", "--vector", "[1,2,3]", "--k", "65537");
        await RangeAsync("1 to 65,536", "eval", "docs", "--queries", queries, "--truth", "t.ibin", "--ef", "10,65537");
        await RangeAsync("1 to 100,000", "import", "docs", "--vectors", queries, "--batch", "0");
        await RangeAsync("--durability", "import", "docs", "--vectors", queries, "--durability", "interval:0");
        await RangeAsync("1 to 65,536", "create", "wide", "--dim", "65537", "--metric", "l2");
        await RangeAsync("'1.5'", "search", "docs", "--vector", "[1,2,3]", "--k", "1.5");
        await RequireNothingDoneAsync();

        var most = await _tool.JsonAsync("search", "docs", "--vector", "[1,2,3]", "--k", "65536");
        Assert.Equal(Stored, most.Count);
    }

    [Fact]
    public async Task QueriesThatDoNotFitAreRefused()
    {
        await SearchAsync("Schema", "[]", "empty", "3");
        await SearchAsync("Schema", "[1,2]", "2", "3");
        await SearchAsync("Schema", "[0,0,0]", "zero");
        await RangeAsync("--vector", "search", "docs", "--vector", "[1,2,\"x\"]");
        await RangeAsync("--vector", "search", "docs", "--vector", "[1,2,NaN]");
        await RangeAsync("--vector", "search", "docs", "--vector", "{}");

        var wide = VectorFiles.Write(_tool.Files.PathOf("wide.fbin"), [1, 2, 3, 4]);
        var message = await _tool.FailAsync(1, "Schema", "search", "docs", "--queries", wide);
        Assert.Contains("4 dimensions", message, StringComparison.Ordinal);
        var queries = VectorFiles.Write(_tool.Files.PathOf("q.fbin"), [1, 2, 3]);
        var truth = VectorFiles.WriteIds(_tool.Files.PathOf("t.ibin"), [0, 1], [0, 1]);
        var rows = await _tool.FailAsync(
            1, "Schema", "eval", "docs", "--queries", queries, "--truth", truth, "--k", "2");
        Assert.Contains("2 rows for 1 queries", rows, StringComparison.Ordinal);
        var odd = VectorFiles.WriteIds(_tool.Files.PathOf("odd.ivecs"), [0, -5]);
        var noId = await _tool.FailAsync(1, "Schema", "eval", "docs", "--queries", queries, "--truth", odd, "--k", "2");
        Assert.StartsWith($"{odd}: row 0 has -5, which is no id", noId, StringComparison.Ordinal);

        async Task SearchAsync(string code, string vector, params string[] parts)
        {
            var error = await _tool.FailAsync(1, code, "search", "docs", "--vector", vector);
            Assert.All(parts, part => Assert.Contains(part, error, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task OneBadQueryOfManyIsNamedBeforeAnyIsAnswered()
    {
        await _tool.OneAsync("create", "texts", "--dim", "100", "--metric", "cosine");
        var nan = VectorFiles.Write(_tool.Files.PathOf("nan.fbin"), [1, 2, 3], [1, float.NaN, 3]);
        await QueryAsync("docs", nan, "row 1", "component 1", "NaN");
        var zero = VectorFiles.Write(_tool.Files.PathOf("zero.fvecs"), [1, 2, 3], [1, 2, 3], [0, 0, 0]);
        await QueryAsync("docs", zero, "row 2", "zero", "cosine");
        var narrow = _tool.Files.Write("short.jsonl", "{\"vector\":[1,2,3]}\n\n{\"vector\":[1,2]}\n");
        await QueryAsync("docs", narrow, "line 3", "2 dimensions", "3");
        var words = _tool.Files.Write("words.jsonl", "{\"text\":\"play chess\"}\n{\"text\":\"qqqqzzz xxyyx\"}\n");
        await QueryAsync("texts", words, "line 2", "qqqqzzz");
        await QueryAsync("docs", words, "line 1", "100 dimensions");

        async Task QueryAsync(string collection, string path, params string[] parts)
        {
            var truth = VectorFiles.WriteIds(_tool.Files.PathOf("t.ibin"), [0]);
            string[][] verbs =
            [
                ["search", collection, "--queries", path],
                ["search", collection, "--queries", path, "--out", _tool.Files.PathOf("out.ibin")],
                ["eval", collection, "--queries", path, "--truth", truth, "--k", "1"],
            ];
            foreach (var verb in verbs)
            {
                var message = await _tool.FailAsync(1, "Schema", verb);
                Assert.StartsWith($"{path}, {parts[0]}: ", message, StringComparison.Ordinal);
                Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
            }

            Assert.False(File.Exists(_tool.Files.PathOf("out.ibin")));
        }
    }

    [Fact]
    public async Task FiltersAreRefusedWithTheirPlace()
    {
        await RangeAsync("JSON", "count", "docs", "--filter", "{\"must\":[");
        await RangeAsync("$.must", "count", "docs", "--filter", "{\"must\":3}");
        await RangeAsync("$.maybe", "count", "docs", "--filter", "{\"maybe\":[]}");
        await RangeAsync("the limit is 32", "count", "docs", "--filter", Nested(33));
        await RangeAsync("filter depth: ", "count", "docs", "--filter", Nested(5_000));
        var wide = string.Join(',', Enumerable.Repeat("{\"is_null\":{\"key\":\"a\"}}", 1_025));
        await RangeAsync("the limit is 1024", "count", "docs", "--filter", $"{{\"must\":[{wide}]}}");

        // A type that no index contradicts matches nothing; one that an index contradicts is an error.
        const string free = "{\"must\":[{\"key\":\"free\",\"match\":{\"value\":\"0\"}}]}";
        Assert.Equal(0, (await _tool.OneAsync("count", "docs", "--filter", free)).GetProperty("count").GetInt64());
        const string range = "{\"must\":[{\"key\":\"lang\",\"range\":{\"gte\":3}}]}";
        const string text = "{\"must\":[{\"key\":\"n\",\"match\":{\"value\":\"3\"}}]}";
        await TypeAsync("lang", "keyword", "count", "docs", "--filter", range);
        await TypeAsync("n", "integer", "search", "docs", "--vector", "[1,2,3]", "--filter", text);
        await TypeAsync("n", "integer", "delete", "docs", "--filter", text);
        await RequireNothingDoneAsync();

        async Task TypeAsync(string path, string type, params string[] arguments)
        {
            var message = await _tool.FailAsync(1, "Schema", arguments);
            Assert.Contains(path, message, StringComparison.Ordinal);
            Assert.Contains(type, message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task PayloadsAndNamesOfTheCommandLineAreChecked()
    {
        await RangeAsync("--payload", "set-payload", "docs", "1", "--payload", "{\"a\":");
        await RangeAsync("object", "set-payload", "docs", "1", "--payload", "[1]");
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65);
        await RangeAsync("64", "set-payload", "docs", "1", "--payload", deep);
        await RangeAsync("path:type", "index", "add", "docs", "lang");
        await RangeAsync("'geo'", "index", "add", "docs", "lang:geo");
        foreach (var name in new[] { "../up", "a/b", "", ".hidden" })
        {
            await RangeAsync("is not a name", "create", name, "--dim", "3", "--metric", "l2");
        }

        await RangeAsync("the limit is 128", "create", new string('x', 129), "--dim", "3", "--metric", "l2");
        Assert.Single(await _tool.JsonAsync("list"));
        await RequireNothingDoneAsync();
    }

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"must\":[", levels)) + string.Concat(Enumerable.Repeat("]}", levels));

    private async Task RangeAsync(string part, params string[] arguments) =>
        Assert.Contains(part, await _tool.FailAsync(2, "Usage", arguments), StringComparison.Ordinal);

    private async Task RequireNothingDoneAsync()
    {
        var info = await _tool.OneAsync("info", "docs");
        Assert.Equal(Stored, info.GetProperty("points").GetInt64());
        Assert.Equal("healthy", info.GetProperty("state").GetString());
        await _tool.RequireCleanAsync();
    }
}
