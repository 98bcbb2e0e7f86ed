namespace Vesper.Hosts.Tests.Cli.BadInput;

/// <summary>An input that does not fit is refused before a point is written; the error names the place.</summary>
public sealed class BadVectorTests : IAsyncLifetime
{
    private const int Stored = 2;

    private readonly ToolDatabase _tool = new();

    public async ValueTask InitializeAsync()
    {
        await _tool.OneAsync("create", "docs", "--dim", "3", "--metric", "cosine");
        var lines = Lines("start.jsonl", "{\"id\":1000,\"vector\":[1,2,3]}", "{\"id\":1001,\"vector\":[3,2,1]}");
        await _tool.JsonAsync("import", "docs", "--vectors", lines);
    }

    public ValueTask DisposeAsync()
    {
        _tool.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task VectorsThatDoNotFitAreNamedByRow()
    {
        await RefusesAsync("2 dimensions", VectorFiles.Write(PathOf("width.fbin"), [1, 2], [3, 4]), "has 3");
        await RefusesAsync("row 5", Rows("nan.fbin", 5, [1, float.NaN, 3]), "component 1", "NaN", "finite");
        await RefusesAsync("row 6", Rows("inf.fvecs", 6, [1, 2, float.NegativeInfinity]), "component 2", "finite");
        await RefusesAsync("row 7", Rows("zero.npy", 7, [0, -0f, 0]), "zero", "cosine");
        var narrow = Lines("width.jsonl", "{\"vector\":[1,2,3]}", "{\"vector\":[1,2]}");
        await RefusesAsync("line 2", narrow, "2 dimensions", "has 3");
        await RefusesAsync("line 1", Lines("empty.jsonl", "{\"vector\":[]}"), "0 dimensions", "3");
        await RefusesAsync("line 2", Lines("none.jsonl", "{\"vector\":[1,2,3]}", "{\"id\":5}"), "vector");
        await RefusesAsync("line 1", Lines("text.jsonl", "{\"vector\":[1,\"2\",3]}"), "component 1", "numbers");
        await RequireNothingDoneAsync();
    }

    [Fact]
    public async Task FilesThatAreNotWhatTheirNamesSayAreRefusedBeforeTheyAreRead()
    {
        var whole = File.ReadAllBytes(Rows("whole.fbin", 0, [1, 2, 3]));
        await RefusesAsync(Cut("cut.fbin", whole[..^1]), $"offset {whole.Length - 1}", $"{whole.Length} bytes in all");
        await RefusesAsync(Cut("long.fbin", [.. whole, 0]), "offset", $"{whole.Length + 1} bytes");
        await RefusesAsync(Cut("short.fbin", whole[..5]), "offset 0", "header");
        await RefusesAsync(Cut("empty.fbin", []), "offset 0", "header");
        await RefusesAsync(Cut("foreign.fbin", "GIF89a and some more"u8), "offset 4", "1 to 65536 dimensions");
        await RefusesAsync(Cut("zero.fbin", [1, 0, 0, 0, 0, 0, 0, 0]), "offset 4", "dimensions", "found 0");
        await RefusesAsync(Cut("huge.fbin", [255, 255, 255, 127, 0, 0, 1, 0]), "offset 8", "2147483647 rows");
        await RefusesAsync(Cut("negative.fbin", [251, 255, 255, 255, 1, 0, 0, 0]), "offset 0", "row count", "found -5");
        await RefusesAsync(Cut("cut.fvecs", whole[8..^1]), "cut.fvecs");
        await RefusesAsync(Cut("foreign.npy", whole), "offset 0", "NUMPY");
        var packed = File.ReadAllBytes(_tool.Files.WritePacked("p.gz", "{}"));
        await RefusesAsync(Cut("cut.jsonl.gz", packed[..^4]), "offset", "gzip");
        var unknown = await _tool.FailAsync(1, "Schema", "import", "docs", "--vectors", Cut("rows.parquet", whole));
        Assert.Contains(".fbin .u8bin", unknown, StringComparison.Ordinal);
        var missing = await _tool.FailAsync(1, "NotFound", "import", "docs", "--vectors", PathOf("missing.fbin"));
        Assert.Contains("missing.fbin", missing, StringComparison.Ordinal);
        await RequireNothingDoneAsync();

        Task RefusesAsync(string path, params string[] parts) => RefuseAsync("CorruptData", path, [], parts);
    }

    [Fact]
    public async Task LinesBesideVectorsMustBeAsManyAndRead()
    {
        var vectors = Rows("ten.fbin", 0, [1, 2, 3]);
        string[] few = ["--payload", _tool.Files.Write("few.jsonl", "{}\n{}\n")];
        await RefuseAsync("Schema", vectors, few, ["few.jsonl", "2 lines", "10 vectors"]);
        string[] many = ["--payload", _tool.Files.Write("many.jsonl", string.Concat(Enumerable.Repeat("{}\n", 12)))];
        await RefuseAsync("Schema", vectors, many, ["many.jsonl", "12 lines", "10 vectors"]);
        string[] ids = ["--ids", _tool.Files.Write("few.txt", "a\nb\nc\n")];
        await RefuseAsync("Schema", vectors, ids, ["few.txt", "3 lines", "10 vectors"]);

        await RefusePayloadAsync(vectors, "{\"a\":1", "line 3", "JSON");
        await RefusePayloadAsync(vectors, "[1]", "line 3", "object");
        await RefusePayloadAsync(vectors, "{\"a\":1,\"a\":2}", "line 3", "'a' twice");
        var deep = _tool.Files.Write("deep.jsonl", "{}\n{}\n" + Nested(65) + "\n");
        await RefuseAsync("LimitExceeded", vectors, ["--payload", deep], ["deep.jsonl, line 3: ", "levels", "64"]);
        var longId = _tool.Files.Write("long.txt", "a\n" + new string('x', 513) + "\n");
        await RefuseAsync("LimitExceeded", vectors, ["--ids", longId], ["line 2", "513", "512"]);
        (string Id, string Part)[] ill =
            [("5 6", "JSON"), ("\"b", "JSON"), ("b", "JSON"), ("-5", "2^64"), ("[]", "2^64")];
        foreach (var (id, part) in ill)
        {
            var json = _tool.Files.Write("ids.jsonl", $"1\n{id}\n3\n");
            await RefuseAsync("Schema", vectors, ["--ids", json], ["ids.jsonl, line 2: ", part]);
        }

        var large = _tool.Files.Write("large.jsonl", "{\"a\":\"" + new string('x', Limits.PayloadBytes) + "\"}\n");
        await RefuseAsync("LimitExceeded", vectors, ["--payload", large], ["line 1", "1048576", "bytes"]);
        await RequireNothingDoneAsync();
    }

    [Fact]
    public async Task APointNeedsEachFieldOfItsCollectionAndNoOther()
    {
        await _tool.OneAsync("create", "two", "--vector-field", "a:1:l2", "--vector-field", "b:2:dot");
        const string whole = "{\"vectors\":{\"a\":[1],\"b\":[2,3]}}";
        var lacking = Lines("lacking.jsonl", whole, "", "{\"vectors\":{\"a\":[1]}}");
        await RefuseTwoAsync(lacking, "lacking.jsonl, line 3", "no vector for the field 'b'");
        var unknown = Lines("unknown.jsonl", whole, "{\"vectors\":{\"a\":[1],\"b\":[2,3],\"c\":[4]}}");
        await RefuseTwoAsync(unknown, "unknown.jsonl, line 2", "'c'", "a, b");
        await RefuseTwoAsync(Lines("one.jsonl", whole, "{\"vector\":[1]}"), "one.jsonl, line 2", "one vector", "a, b");
        var wide = Lines("wide.jsonl", whole, "{\"vectors\":{\"a\":[1],\"b\":[2,3,4]}}");
        await RefuseTwoAsync(wide, "wide.jsonl, line 2", "3 dimensions", "the field 'b' has 2");
        Assert.Equal(0, (await _tool.OneAsync("count", "two")).GetProperty("count").GetInt64());
        await RequireNothingDoneAsync();

        async Task RefuseTwoAsync(string path, params string[] parts)
        {
            var message = await _tool.FailAsync(1, "Schema", "import", "two", "--vectors", path, "--batch", "1");
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task APointLargerThanTheLogTakesIsRefusedBeforeTheFirstWrite()
    {
        const int dimensions = Limits.Dimensions;
        const int fields = Limits.VectorFields;
        await _tool.OneAsync(["create", "wide", .. Enumerable.Range(0, fields).SelectMany(
            field => new[] { "--vector-field", $"f{field}:{dimensions}:l2" })]);
        var vector = $"[{string.Join(',', Enumerable.Repeat('1', dimensions))}]";
        var vectors = string.Join(',', Enumerable.Range(0, fields).Select(field => $"\"f{field}\":{vector}"));
        var path = Lines("large.jsonl", $"{{\"vectors\":{{{vectors}}}}}");
        var message = await _tool.FailAsync(1, "LimitExceeded", "import", "wide", "--vectors", path);
        Assert.StartsWith($"{path}, line 1: point: 16777231 bytes", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfRepeatedIdsTheLastWins()
    {
        var twice = Lines(
            "twice.jsonl",
            "{\"id\":7,\"vector\":[1,0,0],\"payload\":{\"n\":1}}",
            "{\"id\":8,\"vector\":[1,1,1]}",
            "{\"id\":7,\"vector\":[0,1,0],\"payload\":" + Nested(64) + "}");
        await _tool.JsonAsync("import", "docs", "--vectors", twice);
        await _tool.ReadAsync("docs", collection =>
        {
            Assert.Equal(Stored + 2, collection.Count());
            var point = Assert.Single(collection.Get([7]));
            Assert.Equal([0, 1, 0], point.Vectors![""]);
            Assert.Equal(Nested(64), point.Payload!.ToString());
        });
        await _tool.RequireCleanAsync();
    }

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

    private string PathOf(string name) => _tool.Files.PathOf(name);

    private string Cut(string name, ReadOnlySpan<byte> bytes) => _tool.Files.Write(name, bytes);

    private string Lines(string name, params string[] lines) =>
        _tool.Files.Write(name, string.Join('\n', lines) + "\n");

    // Ten rows, one of them as given.
    private string Rows(string name, int at, float[] row)
    {
        var rows = Enumerable.Range(0, 10).Select(each => each == at ? row : [each, 1, 2]);
        return VectorFiles.Write(PathOf(name), [.. rows]);
    }

    private Task RefusesAsync(string place, string path, params string[] parts) =>
        RefuseAsync("Schema", path, [], [Path.GetFileName(path), place, .. parts]);

    private async Task RefusePayloadAsync(string vectors, string third, params string[] parts)
    {
        var path = _tool.Files.Write("bad.jsonl", "{}\n{}\n" + third + "\n");
        await RefuseAsync("Schema", vectors, ["--payload", path], ["bad.jsonl", .. parts]);
    }

    private async Task RefuseAsync(string code, string vectors, string[] more, IEnumerable<string> parts)
    {
        var message = await _tool.FailAsync(1, code, ["import", "docs", "--vectors", vectors, "--batch", "1", .. more]);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private async Task RequireNothingDoneAsync()
    {
        var info = await _tool.OneAsync("info", "docs");
        Assert.Equal(Stored, info.GetProperty("points").GetInt64());
        Assert.Equal("healthy", info.GetProperty("state").GetString());
        await _tool.RequireCleanAsync();
    }
}
