using System.Globalization;

namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>A collection with an inverted file, from <c>create</c> to <c>tune</c>.</summary>
public sealed class InvertedFileVerbTests
{
    private const int Dimensions = 8;
    private const int Rows = 2_500;

    private readonly float[][] _rows = [.. Enumerable.Range(0, Rows).Select(Row)];

    [Fact]
    public async Task AnInvertedFileIsBuiltSearchedJudgedAndChecked()
    {
        using var tool = new ToolDatabase();
        await FillAsync(tool, "--nlist", "20", "--encoding", "scalar", "--nbits", "8", "--nprobe", "3");
        var text = await tool.TextAsync("info", "docs");
        Assert.Contains("20 lists, scalar 8 bits, nprobe 3", text, StringComparison.Ordinal);
        var info = await tool.OneAsync("info", "docs");
        Assert.Equal(Rows, info.GetProperty("indexed_rows").GetInt64());

        var hits = await tool.JsonAsync("search", "docs", "--vector", Json(_rows[17]), "--k", "3", "--nprobe", "5");
        Assert.Equal(17, hits[0].GetProperty("id").GetInt32());

        var queries = VectorFiles.Write(tool.Files.PathOf("q.fbin"), _rows[..40]);
        await tool.JsonAsync(
            "search", "docs", "--queries", queries, "--k", "10", "--exact", "--out", tool.Files.PathOf("t.ibin"));
        var judged = await tool.JsonAsync(
            "eval", "docs", "--queries", queries, "--truth", tool.Files.PathOf("t.ibin"), "--nprobe", "1,20");
        Assert.Equal([1, 20], judged.Select(row => row.GetProperty("nprobe").GetInt32()));
        Assert.Equal(1, judged[1].GetProperty("recall").GetDouble(), 0.01);
        Assert.True(judged[0].GetProperty("recall").GetDouble() <= judged[1].GetProperty("recall").GetDouble());
        Assert.Contains("in order", await tool.TextAsync("check", "docs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TuningProposesASettingThatReachesTheRecallWithinTheBudget()
    {
        using var tool = new ToolDatabase();
        await FillAsync(tool);
        var lines = await tool.JsonAsync(
            "tune", "docs", "--target", "0.9", "--sample", "1500", "--memory-mib", "0.08");
        var rows = lines.Take(lines.Count - 1).ToArray();
        Assert.All(rows, row => Assert.True(row.GetProperty("bytes_per_row").GetInt32() * Rows <= 0.08 * (1 << 20)));
        Assert.Contains(rows, row => row.GetProperty("reaches").GetBoolean());
        Assert.StartsWith("--index ivf", lines[^1].GetProperty("proposal").GetString(), StringComparison.Ordinal);
        await tool.FailAsync(2, "Usage", "tune", "docs", "--memory-mib", "0.001");
        await tool.FailAsync(2, "Usage", "tune", "docs", "--target", "1");
    }

    [Theory]
    [InlineData("--nlist", "8", "--index", "hnsw")]
    [InlineData("--encoding", "float16")]
    [InlineData("--index", "ivf", "--ef-construction", "100")]
    [InlineData("--index", "ivf", "--encoding", "vq")]
    [InlineData("--index", "ivf", "--nlist", "0")]
    [InlineData("--index", "hnsw", "--m", "129")]
    public async Task OptionsThatDoNotGoTogetherAreWrongUsage(params string[] options)
    {
        using var tool = new ToolDatabase();
        await tool.FailAsync(2, "Usage", ["create", "docs", "--dim", "8", "--metric", "l2", .. options]);
    }

    [Theory]
    [InlineData("--m", "3")]
    [InlineData("--encoding", "scalar", "--nbits", "5")]
    [InlineData("--encoding", "flat", "--opq")]
    public async Task OptionsThatTheVectorsDoNotAllowAreNamed(params string[] options)
    {
        using var tool = new ToolDatabase();
        await tool.FailAsync(
            1, "Schema", ["create", "docs", "--dim", "8", "--metric", "l2", "--index", "ivf", .. options]);
        await tool.FailAsync(1, "Schema", "create", "docs", "--dim", "8", "--metric", "manhattan", "--index", "ivf");
    }

    private async Task FillAsync(ToolDatabase tool, params string[] options)
    {
        string dimensions = Dimensions.ToString(CultureInfo.InvariantCulture);
        await tool.OneAsync(
            ["create", "docs", "--dim", dimensions, "--metric", "l2", "--index", "ivf", .. options]);
        await tool.JsonAsync(
            "import", "docs", "--vectors", VectorFiles.Write(tool.Files.PathOf("v.fbin"), _rows));
        await tool.OneAsync("compact", "docs");
    }

    private static float[] Row(int number)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, Dimensions).Select(_ => (float)random.NextDouble())];
    }

    private static string Json(float[] vector) =>
        $"[{string.Join(',', vector.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";
}
