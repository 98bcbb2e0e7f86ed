using System.Globalization;
using System.Text.Json;

namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>Import of every format, and export, which gives the same bits back.</summary>
public sealed class ImportVerbTests
{
    private static readonly float[][] Rows =
        [.. Enumerable.Range(0, 7).Select(row => new float[] { row, 100 - row, 3 })];

    [Fact]
    public async Task EveryVectorFormatGivesTheSameRows()
    {
        using var tool = new ToolDatabase();
        await tool.OneAsync("create", "docs", "--dim", "3", "--metric", "dot");
        var skip = 0;
        string[] extensions = ["fbin", "u8bin", "i8bin", "fvecs", "bvecs", "npy"];
        foreach (var extension in extensions)
        {
            // Each file has the rows of those before it, too: --skip passes over them, and row numbers go on.
            var rows = Enumerable.Repeat(Rows, 1 + (skip / Rows.Length)).SelectMany(each => each).ToArray();
            var file = VectorFiles.Write(tool.Files.PathOf($"v.{extension}"), rows);
            var lines = await tool.JsonAsync(
                "import", "docs", "--vectors", file, "--skip", skip.ToString(CultureInfo.InvariantCulture));
            skip += Rows.Length;
            Assert.Equal(skip, Acked(lines)[^1]);
            Assert.Equal(Rows.Length, lines[^1].GetProperty("points").GetInt64());
        }

        await tool.ReadAsync("docs", collection =>
        {
            Assert.Equal(extensions.Length * Rows.Length, collection.Count());
            var ids = Enumerable.Range(0, skip).Select(row => new PointId((ulong)row)).ToArray();
            Assert.All(collection.Get(ids).Index(), row =>
                Assert.Equal(Rows[row.Index % Rows.Length], row.Item.Vectors![""]));
        });
    }

    [Fact]
    public async Task AcknowledgementsRiseBatchByBatchAtEveryDurability()
    {
        using var tool = new ToolDatabase();
        await tool.OneAsync("create", "docs", "--dim", "3", "--metric", "l2");
        var file = VectorFiles.Write(tool.Files.PathOf("v.fbin"), Rows);
        string[] import = ["import", "docs", "--vectors", file, "--batch", "2"];
        var sync = Acked(await tool.JsonAsync([.. import, "--durability", "sync"]));
        Assert.Equal([2, 4, 6, 7], sync);
        var resumed = Acked(await tool.JsonAsync([.. import, "--skip", "4"]));
        Assert.Equal([6, 7], resumed);

        var interval = Acked(await tool.JsonAsync([.. import, "--durability", "interval:1"]));
        Assert.Equal(7, interval[^1]);
        Assert.Equal(interval.Order().Distinct(), interval);
        var none = Acked(await tool.JsonAsync([.. import, "--durability", "none"]));
        Assert.Equal([7], none);
        var text = await tool.TextAsync([.. import, "--no-wait"]);
        Assert.Contains("Imported 7 points", text, StringComparison.Ordinal);
        Assert.Equal(7, (await tool.OneAsync("count", "docs")).GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task IdsAndPayloadsComeFromFilesBesideTheVectors()
    {
        using var tool = new ToolDatabase();
        await tool.OneAsync("create", "docs", "--dim", "3", "--metric", "l2");
        var file = VectorFiles.Write(tool.Files.PathOf("v.fbin"), Rows[..3]);
        var payloads = tool.Files.WritePacked("p.jsonl.gz", "{\"a\":1}\n{\"a\":\"ä\"}\n{}\n");
        var text = tool.Files.Write("ids.txt", "41\n0b87a8b6-7b8f-4d6e-8d5f-3c2b1a000000\nname with spaces\n");
        var json = tool.Files.Write("ids.jsonl", "42\n\"43\"\n\"x\"\n");
        await tool.JsonAsync("import", "docs", "--vectors", file, "--ids", text, "--payload", payloads);
        await tool.JsonAsync("import", "docs", "--vectors", file, "--ids", json);

        await tool.ReadAsync("docs", collection =>
        {
            var page = collection.Scroll(new ScrollRequest { WithVectors = true });
            PointId[] expected =
            [
                41, 42, Guid.Parse("0b87a8b6-7b8f-4d6e-8d5f-3c2b1a000000"), new PointId("43"),
                new PointId("name with spaces"), new PointId("x"),
            ];
            Assert.Equal(expected, page.Points.Select(point => point.Id));
            Assert.Equal("{\"a\":\"ä\"}", page.Points[2].Payload!.ToString());
            Assert.Equal(Rows[1], page.Points[3].Vectors![""]);
        });
    }

    [Fact]
    public async Task AnExportImportsAsTheSameBits()
    {
        using var tool = new ToolDatabase();
        var lines = string.Concat(
            "{\"id\":1,\"vector\":[0.1,-0,1e-45],\"payload\":{\"n\":1e999,\"t\":[1,{\"b\":\"ä\\u0007\"}]}}\n",
            "{\"id\":\"7\",\"vector\":[3.4028235e38,1,0.33333334]}\n",
            "{\"id\":\"0b87a8b6-7b8f-4d6e-8d5f-3c2b1a000000\",\"vector\":[1,2,3],\"payload\":{\"lang\":\"en\"}}\n");
        foreach (var name in new[] { "a", "b", "c" })
        {
            await tool.OneAsync("create", name, "--dim", "3", "--metric", "l2");
        }

        await tool.JsonAsync("import", "a", "--vectors", tool.Files.WritePacked("in.jsonl.gz", lines));
        var file = tool.Files.PathOf("out.jsonl.gz");
        var exported = await tool.OneAsync("export", "a", "--out", file);
        Assert.Equal(3, exported.GetProperty("exported").GetInt64());
        Assert.Equal(file, exported.GetProperty("out").GetString());
        await tool.JsonAsync("import", "b", "--vectors", file);
        var printed = await tool.TextAsync("export", "b");
        await tool.JsonAsync("import", "c", "--vectors", tool.Files.Write("printed.jsonl", printed));
        Assert.Equal(printed, await tool.TextAsync("export", "c"));

        var filter = "{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}]}";
        var one = await tool.OneAsync("export", "c", "--filter", filter);
        Assert.Equal("{\"lang\":\"en\"}", one.GetProperty("payload").GetRawText());
        await tool.ReadAsync("c", collection =>
        {
            var point = Assert.Single(collection.Get([1]));
            float[] expected = [0.1f, -0f, float.Epsilon];
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), Bits(point.Vectors![""]));
            Assert.Equal("{\"n\":1e999,\"t\":[1,{\"b\":\"ä\\u0007\"}]}", point.Payload!.ToString());
        });
    }

    [Fact]
    public async Task APayloadOfSeveralLinesIsOneLineAndOtherwiseVerbatim()
    {
        using var tool = new ToolDatabase();
        await tool.OneAsync("create", "a", "--dim", "1", "--metric", "l2");
        await tool.OneAsync("create", "b", "--dim", "1", "--metric", "l2");
        await tool.JsonAsync("import", "a", "--vectors", tool.Files.Write("a.jsonl", "{\"vector\":[1]}\n"));
        const string payload = "{\r\n\t\"n\" : 1.50e+1 ,\n\"t\": [ true, \" \\\" , \\\\\", \"\\u000a x\" ] }";
        await tool.OneAsync("set-payload", "a", "0", "--overwrite", "--payload", payload);

        const string expected = "{\"n\":1.50e+1,\"t\":[true,\" \\\" , \\\\\",\"\\u000a x\"]}";
        Assert.Equal(expected, (await tool.OneAsync("get", "a", "0")).GetProperty("payload").GetRawText());
        Assert.Equal(expected, (await tool.OneAsync("scroll", "a")).GetProperty("payload").GetRawText());
        var hit = await tool.OneAsync("search", "a", "--vector", "[1]");
        Assert.Equal(expected, hit.GetProperty("payload").GetRawText());
        var file = tool.Files.PathOf("out.jsonl");
        await tool.OneAsync("export", "a", "--out", file);
        await tool.JsonAsync("import", "b", "--vectors", file);
        await tool.ReadAsync("b", collection =>
            Assert.Equal(expected, Assert.Single(collection.Get([0])).Payload!.ToString()));
    }

    [Fact]
    public async Task NamedFieldsAreFilledByNameOrAllAtOnce()
    {
        using var tool = new ToolDatabase();
        await tool.OneAsync("create", "one", "--dim", "3", "--metric", "l2", "--field", "text");
        await tool.OneAsync("create", "two", "--vector-field", "a:1:l2", "--vector-field", "b:2:dot");
        var file = VectorFiles.Write(tool.Files.PathOf("v.fbin"), Rows);
        await tool.JsonAsync("import", "one", "--vectors", file, "--field", "text");
        var both = tool.Files.Write("two.jsonl", "{\"vectors\":{\"a\":[1],\"b\":[2,3]}}\n");
        await tool.JsonAsync("import", "two", "--vectors", both);

        var hit = (await tool.JsonAsync("search", "two", "--field", "b", "--vector", "[1,1]"))[0];
        Assert.Equal(5, hit.GetProperty("score").GetDouble());
        var got = await tool.OneAsync("get", "two", "0");
        Assert.Equal("{\"a\":[1],\"b\":[2,3]}", got.GetProperty("vectors").GetRawText());
        var missing = await tool.FailAsync(1, "NotFound", "search", "two", "--field", "c", "--vector", "[1,1]");
        Assert.Contains("'c'", missing, StringComparison.Ordinal);
        foreach (var verb in new[] { "search", "eval", "import" })
        {
            string[] rest = verb switch
            {
                "search" => ["--vector", "[1,1]"],
                "eval" => ["--queries", file, "--truth", file],
                _ => ["--vectors", file],
            };
            var unnamed = await tool.FailAsync(1, "Schema", [verb, "two", .. rest]);
            Assert.Equal("--field: must name one of the vector fields: a, b", unnamed);
        }

        await tool.FailAsync(1, "NotFound", "import", "two", "--vectors", file, "--field", "c");
        Assert.Equal(7, (await tool.OneAsync("count", "one")).GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task OneFieldOfSeveralIsReplacedWhereThePointsExist()
    {
        using var tool = new ToolDatabase();
        await tool.OneAsync("create", "two", "--vector-field", "a:3:l2", "--vector-field", "b:2:dot");
        var points = string.Concat(Enumerable.Range(10, 3).Select(
            id => $"{{\"id\":{id},\"vectors\":{{\"a\":[0,0,0],\"b\":[{id},1]}},\"payload\":{{\"n\":{id}}}}}\n"));
        await tool.JsonAsync("import", "two", "--vectors", tool.Files.Write("two.jsonl", points));
        var rows = VectorFiles.Write(tool.Files.PathOf("v.fbin"), Rows[..3]);
        string[] import = ["import", "two", "--field", "a", "--batch", "1", "--vectors"];
        var ids = tool.Files.Write("ids.txt", "10\n11\n12\n");
        var lines = await tool.JsonAsync([.. import, rows, "--ids", ids]);
        Assert.Equal([1, 2, 3], Acked(lines));
        await tool.JsonAsync([.. import, tool.Files.Write("a.jsonl", "{\"id\":12,\"vector\":[7,8,9]}\n")]);

        var others = tool.Files.Write("others.txt", "10\n11\n13\n");
        var missing = await tool.FailAsync(1, "Schema", [.. import, rows, "--ids", others]);
        Assert.StartsWith($"{rows}, row 2: there is no point '13'", missing, StringComparison.Ordinal);
        var payload = tool.Files.Write("p.jsonl", "{}\n{}\n{}\n");
        await tool.FailAsync(1, "Schema", [.. import, rows, "--ids", ids, "--payload", payload]);
        foreach (var line in new[] { "\"vectors\":{\"b\":[1,2]}", "\"vector\":[1,2,3],\"payload\":{\"x\":1}" })
        {
            var file = tool.Files.Write("bad.jsonl", $"\n{{\"id\":10,{line}}}");
            var refused = await tool.FailAsync(1, "Schema", [.. import, file]);
            Assert.StartsWith($"{file}, line 2: ", refused, StringComparison.Ordinal);
        }

        var text = await tool.TextAsync([.. import, rows, "--ids", ids, "--skip", "2"]);
        Assert.StartsWith("Replaced the vectors 'a' of 1 points", text, StringComparison.Ordinal);
        Assert.Contains("\"vectors\"", await tool.TextAsync("import", "--help"), StringComparison.Ordinal);
        await tool.ReadAsync("two", collection =>
        {
            var stored = collection.Get([10, 11, 12]);
            Assert.All(stored.Zip(Rows), pair => Assert.Equal(pair.Second, pair.First.Vectors!["a"]));
            Assert.Equal([[10, 1], [11, 1], [12, 1]], stored.Select(point => point.Vectors!["b"]));
            Assert.Equal("{\"n\":11}", stored[1].Payload!.ToString());
        });
    }

    private static long[] Acked(IEnumerable<JsonElement> lines) =>
    [
        .. lines.Where(line => line.TryGetProperty("acked", out _))
            .Select(line => line.GetProperty("acked").GetInt64()),
    ];

    private static IEnumerable<int> Bits(float[] vector) => vector.Select(BitConverter.SingleToInt32Bits);
}
