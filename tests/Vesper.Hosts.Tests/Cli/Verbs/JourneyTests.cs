using System.Buffers.Binary;
using System.Globalization;
using Vesper.Hosts.Tests.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>The verbs over a real database, one after the other.</summary>
[Collection(ToolInsideTheTestProcess.Name)]
public sealed class JourneyTests : IDisposable
{
    private const int Rows = 300;
    private const string EvenFilter = """{"must":[{"key":"parity","match":{"value":"even"}}]}""";

    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public JourneyTests() => _data = _folder.PathOf("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FromCreateToDrop()
    {
        await ImportAsync("sync");
        var info = (await CliRun.DoneAsync(_data, "info", "c", "--json")).Lines.Single();
        Assert.Equal((Rows, "healthy"), ((int)info["points"]!, (string)info["state"]!));
        Assert.True((long)info["bytes"]! > Rows * 8 && (long)info["lsn"]! > 0 && (int)info["segments"]! > 0);

        Assert.Equal(Rows / 2, await CountAsync(EvenFilter));
        await CliRun.DoneAsync(_data, "set-payload", "c", "1", "--payload", "{\"parity\":\"even\"}");
        Assert.Equal((Rows / 2) + 1, await CountAsync(EvenFilter));
        await CliRun.DoneAsync(_data, "set-payload", "c", "1", "--remove", "parity");
        await CliRun.DoneAsync(_data, "index", "drop", "c", "parity");
        await CliRun.DoneAsync(_data, "index", "add", "c", "n:integer");
        var deleted = await CliRun.DoneAsync(_data, "delete", "c", "--filter", EvenFilter, "--json");
        Assert.Equal(Rows / 2, (int)deleted.Lines.Single()["deleted"]!);
        await CliRun.DoneAsync(_data, "compact", "c");
        Assert.Equal(Rows / 2, await CountAsync(null));
        Assert.Empty((await CliRun.DoneAsync(_data, "check", "--json")).Lines);

        var page = await CliRun.DoneAsync(_data, "scroll", "c", "--limit", "2", "--json");
        Assert.Equal([1, 3], page.Lines.Take(2).Select(line => (int)line["id"]!));
        Assert.Equal(5, (int)page.Lines[2]["next"]!);
        await CliRun.DoneAsync(_data, "drop", "c");
        Assert.Empty((await CliRun.DoneAsync(_data, "list", "--json")).Lines);
    }

    [Fact]
    public async Task SearchesAndWritesIds()
    {
        await ImportAsync("sync");
        var found = await CliRun.DoneAsync(
            _data, "search", "c", "--vector", "[40.4,0]", "--k", "2", "--filter", EvenFilter, "--json");
        Assert.Equal([40, 42], found.Lines.Select(line => (int)line["id"]!));
        Assert.Equal(0.4f, (float)found.Lines[0]["score"]!, 1e-5f);
        Assert.Equal((0, "even"), ((int)found.Lines[0]["query"]!, (string)found.Lines[0]["payload"]!["parity"]!));

        var queries = WriteVectors("queries.fbin", 5);
        var truth = _folder.PathOf("truth.ibin");
        await CliRun.DoneAsync(_data, "search", "c", "--queries", queries, "--k", "3", "--exact", "--out", truth);
        var rows = (await CliRun.DoneAsync(
            _data, "eval", "c", "--queries", queries, "--truth", truth, "--k", "3", "--ef", "5,50", "--json")).Lines;
        Assert.Equal([5, 50], rows.Select(row => (int)row["ef"]!));
        Assert.All(
            rows, row => Assert.Equal((1.0, 3, 0), ((double)row["recall"]!, (int)row["k"]!, (int)row["short"]!)));
        Assert.All(
            rows, row => Assert.True((double)row["p50_ms"]! <= (double)row["p99_ms"]! && (double)row["qps"]! > 0));
    }

    [Theory]
    [InlineData("sync", 3)]
    [InlineData("interval:5", null)]
    [InlineData("none", 1)]
    public async Task AcknowledgesInOrderUpToTheEnd(string durability, int? lines)
    {
        var acknowledged = await ImportAsync(durability);
        Assert.Equal(acknowledged.Order(), acknowledged);
        Assert.Equal(Rows, acknowledged[^1]);
        Assert.True(lines is null || acknowledged.Count == lines, string.Join(' ', acknowledged));
    }

    [Fact]
    public async Task ResumesWhereItWasToldTo()
    {
        await CliRun.DoneAsync(_data, "create", "c", "--dim", "2", "--metric", "l2");
        var run = await CliRun.DoneAsync(
            _data, "import", "c", "--vectors", WriteVectors("v.fbin", Rows), "--skip", "250", "--batch", "30",
                "--json");
        Assert.Equal(
            [280, 300], run.Lines.Where(line => line.ContainsKey("acked")).Select(line => (int)line["acked"]!));
        Assert.Equal(50, await CountAsync(null));
        Assert.Equal(1, (await CliRun.OfAsync(_data, "get", "c", "249")).ExitCode);
        await CliRun.DoneAsync(_data, "get", "c", "250");
    }

    [Fact]
    public async Task ExportReadsBackTheSame()
    {
        await ImportAsync("sync");
        var first = _folder.PathOf("first.jsonl.gz");
        var second = _folder.PathOf("second.jsonl");
        await CliRun.DoneAsync(_data, "export", "c", "--out", first);
        await CliRun.DoneAsync(_data, "create", "d", "--dim", "2", "--metric", "l2");
        await CliRun.DoneAsync(_data, "import", "d", "--vectors", first);
        await CliRun.DoneAsync(_data, "export", "d", "--out", second);
        var direct = await CliRun.DoneAsync(_data, "export", "c");
        Assert.Equal(
            direct.Lines.Select(line => line.ToJsonString()),
            (await CliRun.DoneAsync(_data, "export", "d")).Lines.Select(line => line.ToJsonString()));
        Assert.Equal(Rows, File.ReadAllLines(second).Length);
    }

    [Theory]
    [InlineData("{\"vector\":[1,2]}\n{\"vector\":[1,2,3]}", "line 2: the vector has 3 dimensions; the collection has")]
    [InlineData("{\"vector\":[1,2]}\n{\"vector\":[1,1e99]}", "line 2: component 1 of the vector is")]
    [InlineData("{\"vector\":[1,2]}\n{\"vector\":[0,0]}", "line 2: the vector is zero")]
    [InlineData("{\"vector\":[1,2]}\n{\"vectors\":{\"x\":[1,2]}}", "bad.jsonl, line 2: there is no vector field 'x'")]
    [InlineData("{\"vector\":[1,2]}\n{\"vector\":[1,2]", "line 2: is not valid JSON")]
    public async Task AnInputThatDoesNotFitIsRefusedWhole(string lines, string message)
    {
        await CliRun.DoneAsync(_data, "create", "c", "--dim", "2", "--metric", "cosine");
        var run = await CliRun.OfAsync(
            _data, "import", "c", "--vectors", _folder.Write("bad.jsonl", lines), "--batch", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(null));
    }

    private async Task<List<int>> ImportAsync(string durability)
    {
        await CliRun.DoneAsync(
            _data, "create", "c", "--dim", "2", "--metric", "l2", "--payload-index", "parity:keyword");
        var payload = string.Concat(Enumerable.Range(0, Rows).Select(
            i => string.Create(
                CultureInfo.InvariantCulture, $"{{\"n\":{i},\"parity\":\"{(i % 2 == 0 ? "even" : "odd")}\"}}\n")));
        var run = await CliRun.DoneAsync(
            _data, "import", "c", "--vectors", WriteVectors("v.fbin", Rows), "--payload",
                _folder.WritePacked("p.jsonl.gz", payload),
            "--batch", "100", "--durability", durability, "--json");
        Assert.Equal(Rows, (int)run.Lines[^1]["points"]!);
        return [.. run.Lines.Where(line => line.ContainsKey("acked")).Select(line => (int)line["acked"]!)];
    }

    private async Task<int> CountAsync(string? filter)
    {
        string[] arguments = filter is null ? [] : ["--filter", filter];
        return (int)(await CliRun.DoneAsync(_data, ["count", "c", "--json", .. arguments])).Lines.Single()["count"]!;
    }

    // Row i stands at (i, 0).
    private string WriteVectors(string name, int rows)
    {
        var bytes = new byte[8 + (rows * 8)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rows);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), 2);
        for (var i = 0; i < rows; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 + (i * 8)), i);
        }

        return _folder.Write(name, bytes);
    }
}
