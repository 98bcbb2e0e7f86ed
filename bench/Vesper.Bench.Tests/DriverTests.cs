using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Sweeps;

namespace Vesper.Bench.Tests;

/// <summary>Vesper's own driver as a process, and a fake peer that writes wrong files of ids.</summary>
public sealed class DriverTests : IDisposable
{
    private const string Hello = """{"ok":true,"name":"fake","version":"1","facts":["x"],"indexes":["hnsw"]}""";
    private const string Timed = """{"ok":true,"qps":1,"p50_ms":1,"p95_ms":1,"p99_ms":1}""";

    private readonly BenchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("flat")]
    [InlineData("hnsw")]
    public async Task Vespers_driver_builds_once_and_finds_the_nearest(string index)
    {
        var dataset = Prepare();
        var built = await SearchAsync(dataset, index);
        var loaded = await SearchAsync(dataset, index);
        Assert.Equal((true, false), (built.Build.Built, loaded.Build.Built));
        Assert.Equal(built.Build.Figures["build_s"], loaded.Build.Figures["build_s"]);
        using var score = new RecallScore(dataset);
        Assert.InRange(score.Mean(built.Search.Ids, 10, 10), 0.9, 1);
        Assert.Equal(built.Search.Ids, loaded.Search.Ids);
        Assert.Equal(0, score.CountShort(built.Search.Ids, 10));
        Assert.True(built.Search.Figures["qps"] > 0);
    }

    [Fact]
    public async Task Vespers_driver_refuses_what_it_does_not_know_and_goes_on()
    {
        var dataset = Prepare();
        await using var driver = await Driver.StartAsync(DriverCatalog.Vesper, _folder.Options, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<DriverException>(() => driver.BuildAsync(
            dataset, Command("ivf"), CancellationToken.None));
        Assert.True(refused.IsRefusal);
        Assert.Contains("no such index: ivf", refused.Message);
        await driver.BuildAsync(dataset, Command("flat"), CancellationToken.None);
    }

    [Theory]
    [InlineData(20, 10, 299, null)]
    [InlineData(19, 10, 299, "wrote 19 rows of 10 ids; 20 of 10 were asked for")]
    [InlineData(20, 9, 299, "wrote 20 rows of 9 ids; 20 of 10 were asked for")]
    [InlineData(20, 10, 300, "names row 300")]
    [InlineData(20, 10, -2, "names row -2")]
    [InlineData(0, 0, 0, "no good file of ids")]
    public async Task A_wrong_file_of_ids_is_told(int rows, int width, int id, string? problem)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs a shell");
        var dataset = Prepare();
        var ids = _folder.At("prepared.ibin");
        if (rows > 0)
        {
            Truths.Write(ids, [.. Enumerable.Repeat(id, rows * width)], width);
        }

        var script = $"read a; echo '{Hello}'; read a; cp {ids} {_folder.At("ids.ibin")}; echo '{Timed}'; read a";
        await using var driver = await Driver.StartAsync(
            new DriverSpec("fake", "/bin/sh", ["-c", script], new Dictionary<string, string?>()),
            CancellationToken.None);
        var error = await Record.ExceptionAsync(() => driver.SearchAsync(dataset, Search(), CancellationToken.None));
        if (problem is null)
        {
            Assert.Null(error);
        }
        else
        {
            Assert.Contains(problem, Assert.IsType<DriverException>(error).Message);
        }
    }

    private async Task<(BuildAnswer Build, SearchAnswer Search)> SearchAsync(Dataset dataset, string index)
    {
        await using var driver = await Driver.StartAsync(DriverCatalog.Vesper, _folder.Options, CancellationToken.None);
        var build = await driver.BuildAsync(dataset, Command(index), CancellationToken.None);
        return (build, await driver.SearchAsync(dataset, Search(), CancellationToken.None));
    }

    private BuildCommand Command(string index) => new(
        index,
        new Dictionary<string, int> { ["m"] = 8, ["ef_construction"] = 50 },
        _folder.At("index"),
        Threads: 2,
        Seed: 1);

    private SearchCommand Search() => new(
        Count: 20,
        K: 10,
        new Dictionary<string, int> { ["ef"] = 50 },
        Threads: 2,
        Seconds: 0.01,
        _folder.At("ids.ibin"));

    private Dataset Prepare() => new DatasetPreparation(_folder.Options, _ => { }).Prepare(
        SyntheticSets.Make("mixture", _folder.Path, 300, seed: 1), CancellationToken.None);
}
