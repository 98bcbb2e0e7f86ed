using System.Globalization;
using System.Text.Json;

namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>Verbs that ask: search, eval, count, get, scroll. All compare with what brute force gives.</summary>
public sealed class QueryVerbTests : IAsyncLifetime
{
    private const int Dimensions = 6;
    private const int Rows = 300;
    private const int Queries = 20;
    private const int K = 5;
    private const string English = "{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}]}";

    private readonly ToolDatabase _tool = new();
    private readonly float[][] _rows = MakeRows(new Random(20_262), Rows);
    private readonly float[][] _queries = MakeRows(new Random(20_263), Queries);

    public async ValueTask InitializeAsync()
    {
        await _tool.OneAsync(
            "create", "docs", "--dim", Text(Dimensions), "--metric", "l2", "--index", "hnsw",
            "--payload-index", "lang:keyword");
        var payloads = string.Concat(_rows.Index().Select(row =>
            $"{{\"row\":{row.Index},\"lang\":\"{Language(row.Index)}\"}}\n"));
        await _tool.JsonAsync(
            "import", "docs", "--vectors", VectorFiles.Write(_tool.Files.PathOf("v.fbin"), _rows),
            "--payload", _tool.Files.Write("p.jsonl", payloads));
    }

    public ValueTask DisposeAsync()
    {
        _tool.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task SearchFindsTheNearestByVectorByFileAndUnderAFilter()
    {
        var hits = await _tool.JsonAsync("search", "docs", "--vector", Json(_queries[0]), "--k", Text(K), "--exact");
        Assert.Equal(Nearest(_queries[0], _ => true), hits.Select(hit => hit.GetProperty("id").GetInt32()));
        Assert.All(hits, hit => RequireHit(hit, 0));

        var filtered = await _tool.JsonAsync(
            "search", "docs", "--vector", Json(_queries[0]), "--k", Text(Rows), "--filter", English);
        Assert.Equal(Enumerable.Range(0, Rows).Count(IsEnglish), filtered.Count);
        Assert.All(filtered, hit => Assert.Equal("en", hit.GetProperty("payload").GetProperty("lang").GetString()));

        var file = VectorFiles.Write(_tool.Files.PathOf("q.fbin"), _queries);
        var many = await _tool.JsonAsync("search", "docs", "--queries", file, "--k", Text(K), "--ef", "300");
        Assert.Equal(Queries * K, many.Count);
        foreach (var (query, found) in many.Chunk(K).Index())
        {
            Assert.All(found, hit => RequireHit(hit, query));
            Assert.Equal(Nearest(_queries[query], _ => true), found.Select(hit => hit.GetProperty("id").GetInt32()));
        }

        var text = await _tool.TextAsync("search", "docs", "--queries", file, "--k", "1");
        Assert.Contains("Query 19", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchPagesCutsAndShowsWhatIsAskedFor()
    {
        string[] search = ["search", "docs", "--vector", Json(_queries[0]), "--exact"];
        var all = await _tool.JsonAsync([.. search, "--k", "10"]);
        var paged = await _tool.JsonAsync(
            [.. search, "--k", "3", "--offset", "4", "--with-vectors", "--no-payload"]);
        Assert.Equal(Ids(all)[4..7], Ids(paged));
        Assert.All(paged, hit => Assert.False(hit.TryGetProperty("payload", out _)));
        Assert.All(paged, hit => Assert.Equal(
            _rows[hit.GetProperty("id").GetInt32()],
            hit.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle())));
        var threshold = all[5].GetProperty("score").GetRawText();
        Assert.Equal(Ids(all)[..6], Ids(await _tool.JsonAsync([.. search, "--k", "10", "--threshold", threshold])));
        Assert.Empty(await _tool.JsonAsync([.. search, "--threshold", "-0.5"]));
        var table = await _tool.TextAsync([.. search, "--k", "1", "--offset", "6", "--with-vectors", "--no-payload"]);
        Assert.Contains("│ 7 │", table, StringComparison.Ordinal);
        Assert.Contains("vectors", table, StringComparison.Ordinal);
        Assert.DoesNotContain("payload", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PointsAreShownWithoutWhatIsNotWanted()
    {
        var got = await _tool.OneAsync("get", "docs", "3", "--no-vectors");
        Assert.Equal("{\"id\":3,\"payload\":{\"row\":3,\"lang\":\"en\"}}", got.GetRawText());
        Assert.DoesNotContain("payload", await _tool.TextAsync("get", "docs", "3", "--no-payload"));
        var page = await _tool.JsonAsync("scroll", "docs", "--limit", "1", "--no-payload");
        Assert.Equal("{\"id\":0}", page[0].GetRawText());
        var exported = await _tool.JsonAsync("export", "docs", "--no-vectors");
        Assert.All(exported, point => Assert.False(point.TryGetProperty("vector", out _)));
        exported = await _tool.JsonAsync("export", "docs", "--no-payload");
        Assert.Equal(Rows, exported.Count);
        Assert.All(exported, point => Assert.True(
            point.TryGetProperty("vector", out _) && !point.TryGetProperty("payload", out _)));
    }

    [Fact]
    public async Task AScoreBeyondFloatsIsAString()
    {
        await _tool.OneAsync("create", "huge", "--dim", "2", "--metric", "dot");
        const string lines = "{\"vector\":[3e38,1]}\n{\"vector\":[-3e38,1]}\n{\"vector\":[0,1]}\n";
        await _tool.JsonAsync("import", "huge", "--vectors", _tool.Files.Write("huge.jsonl", lines));
        var hits = await _tool.JsonAsync("search", "huge", "--vector", "[3e38,1]");
        Assert.Equal(
            ["\"Infinity\"", "1", "\"-Infinity\""], hits.Select(hit => hit.GetProperty("score").GetRawText()));
        Assert.Contains("Infinity", await _tool.TextAsync("search", "--help"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchWritesIdsToAFilePaddedWhereFewerMatch()
    {
        var file = VectorFiles.Write(_tool.Files.PathOf("q.fvecs"), _queries);
        var path = _tool.Files.PathOf("ids.ibin");
        var written = await _tool.OneAsync(
            "search", "docs", "--queries", file, "--k", Text(K), "--exact", "--out", path, "--filter", English);
        Assert.Equal(Queries, written.GetProperty("queries").GetInt64());
        Assert.Equal(path, written.GetProperty("out").GetString());
        Assert.Equal(_queries.Select(query => Nearest(query, IsEnglish)), VectorFiles.ReadIds(path));

        const string few = "{\"must\":[{\"has_id\":[3,5,999]}]}";
        await _tool.TextAsync("search", "docs", "--queries", file, "--k", Text(K), "--out", path, "--filter", few);
        Assert.All(VectorFiles.ReadIds(path), row => Assert.Equal([-1, -1, -1, 3, 5], row.Order()));
    }

    [Fact]
    public async Task SearchByTextEmbedsOffline()
    {
        await _tool.OneAsync("create", "texts", "--dim", "100", "--metric", "cosine");
        var lines = _tool.Files.Write("texts.jsonl", "{\"text\":\"play chess\"}\n{\"text\":\"edit sound\"}\n");
        var vectors = string.Concat(Enumerable.Range(0, 3).Select(row =>
            $"{{\"vector\":{Json([.. Enumerable.Range(0, 100).Select(i => MathF.Sin(row + i))])}}}\n"));
        await _tool.JsonAsync("import", "texts", "--vectors", _tool.Files.Write("t.jsonl", vectors));

        var hits = await _tool.JsonAsync("search", "texts", "--text", "play chess against the computer", "--k", "2");
        Assert.Equal(2, hits.Count);
        Assert.Equal(6, (await _tool.JsonAsync("search", "texts", "--queries", lines)).Count);
        await _tool.FailAsync(1, "Schema", "search", "docs", "--text", "chess");
    }

    [Fact]
    public async Task EvalMeasuresEachSettingAgainstTheTruth()
    {
        var queries = VectorFiles.Write(_tool.Files.PathOf("q.fbin"), _queries);
        int[][] truth = [.. _queries.Select(query => Nearest(query, _ => true))];
        var ibin = VectorFiles.WriteIds(_tool.Files.PathOf("t.ibin"), truth);
        string[] eval = ["eval", "docs", "--queries", queries, "--k", Text(K)];
        var rows = await _tool.JsonAsync([.. eval, "--truth", ibin, "--ef", "10,300", "--threads", "2"]);
        Assert.Equal([10, 300], rows.Select(row => row.GetProperty("ef").GetInt32()));
        Assert.All(rows, RequireFigures);
        Assert.Equal(1, rows[1].GetProperty("recall").GetDouble());

        int[][] filteredTruth = [.. _queries.Select(query => Nearest(query, IsEnglish))];
        var ivecs = VectorFiles.WriteIds(_tool.Files.PathOf("t.ivecs"), filteredTruth);
        var filtered = await _tool.OneAsync([.. eval, "--truth", ivecs, "--exact", "--filter", English]);
        RequireFigures(filtered);
        Assert.Equal(1, filtered.GetProperty("recall").GetDouble());
        Assert.Equal(0, filtered.GetProperty("short").GetInt32());

        // A truth that is not the truth is seen.
        int[][] wrong = [.. _queries.Select(_ => new[] { -1, -1, -1, -1, -1 })];
        wrong[0] = Nearest(_queries[1], _ => true);
        var judged = await _tool.OneAsync(
            [.. eval, "--truth", VectorFiles.WriteIds(_tool.Files.PathOf("w.ibin"), wrong), "--exact"]);
        Assert.Equal(Queries - 1, judged.GetProperty("short").GetInt32());
        Assert.Contains("recall@5", await _tool.TextAsync([.. eval, "--truth", ibin]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PointsAreCountedReadByIdAndScrolledInOrder()
    {
        Assert.Equal(Rows, (await _tool.OneAsync("count", "docs")).GetProperty("count").GetInt64());
        var english = Enumerable.Range(0, Rows).Where(IsEnglish).ToArray();
        var counted = await _tool.OneAsync("count", "docs", "--filter", English);
        Assert.Equal(english.Length, counted.GetProperty("count").GetInt64());
        Assert.Equal(Text(Rows), await _tool.TextAsync("count", "docs"));

        var got = await _tool.JsonAsync("get", "docs", "17", "3");
        Assert.Equal([17, 3], got.Select(point => point.GetProperty("id").GetInt32()));
        Assert.Equal(_rows[3], got[1].GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()));
        Assert.Equal(17, got[0].GetProperty("payload").GetProperty("row").GetInt32());
        Assert.Contains("row=17", await _tool.TextAsync("get", "docs", "17"), StringComparison.Ordinal);
        var missing = await _tool.RunAsync("get", "docs", "17", "100000", "--json");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("'100000'", missing.Errors, StringComparison.Ordinal);
        Assert.Single(missing.Lines);

        var first = await _tool.JsonAsync("scroll", "docs", "--limit", "3", "--filter", English);
        Assert.Equal(english[..3], first.SkipLast(1).Select(point => point.GetProperty("id").GetInt32()));
        var next = Text(first[^1].GetProperty("next").GetInt32());
        var rest = await _tool.JsonAsync("scroll", "docs", "--limit", "1000", "--from", next, "--filter", English);
        Assert.Equal(english[3..], rest.Select(point => point.GetProperty("id").GetInt32()));
        var table = await _tool.TextAsync("scroll", "docs", "--with-vectors");
        Assert.Contains("More: --from", table, StringComparison.Ordinal);
    }

    private static int[] Ids(IReadOnlyList<JsonElement> hits) =>
        [.. hits.Select(hit => hit.GetProperty("id").GetInt32())];

    private static void RequireHit(JsonElement hit, int query)
    {
        Assert.Equal(query, hit.GetProperty("query").GetInt32());
        Assert.Equal(JsonValueKind.Number, hit.GetProperty("score").ValueKind);
        Assert.Equal(hit.GetProperty("id").GetInt32(), hit.GetProperty("payload").GetProperty("row").GetInt32());
    }

    private static void RequireFigures(JsonElement row)
    {
        Assert.Equal(K, row.GetProperty("k").GetInt32());
        Assert.Equal(Queries, row.GetProperty("queries").GetInt32());
        Assert.InRange(row.GetProperty("recall").GetDouble(), 0.5, 1);
        Assert.True(row.GetProperty("qps").GetDouble() > 0);
        var p50 = row.GetProperty("p50_ms").GetDouble();
        Assert.True(p50 > 0 && p50 <= row.GetProperty("p95_ms").GetDouble());
        Assert.True(row.GetProperty("p95_ms").GetDouble() <= row.GetProperty("p99_ms").GetDouble());
    }

    private int[] Nearest(float[] query, Func<int, bool> matches) =>
    [
        .. Enumerable.Range(0, Rows).Where(matches)
            .OrderBy(row => _rows[row].Zip(query, (a, b) => (a - b) * (a - b)).Sum()).ThenBy(row => row)
            .Take(K),
    ];

    private static float[][] MakeRows(Random random, int rows) =>
    [
        .. Enumerable.Range(0, rows).Select(_ =>
            Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle() - 0.5f).ToArray()),
    ];

    private static bool IsEnglish(int row) => row % 3 == 0;

    private static string Language(int row) => IsEnglish(row) ? "en" : "de";

    private static string Json(float[] vector) => JsonSerializer.Serialize(vector);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
