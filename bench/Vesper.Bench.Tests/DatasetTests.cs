using System.Numerics.Tensors;
using Vesper.Bench.Datasets;
using Vesper.Cli.Evaluation;
using Vesper.Cli.Files;

namespace Vesper.Bench.Tests;

public sealed class DatasetTests : IDisposable
{
    private readonly BenchFolder _folder = new();

    public static TheoryData<string> Synthetic => [.. SyntheticSets.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Synthetic))]
    public void A_drawn_set_is_the_same_for_the_same_seed(string name)
    {
        var first = SyntheticSets.Make(name, _folder.At("a"), 200, seed: 7);
        var again = SyntheticSets.Make(name, _folder.At("b"), 200, seed: 7);
        var other = SyntheticSets.Make(name, _folder.At("c"), 200, seed: 8);
        Assert.Equal(File.ReadAllBytes(first.Base), File.ReadAllBytes(again.Base));
        Assert.Equal(File.ReadAllBytes(first.Queries), File.ReadAllBytes(again.Queries));
        Assert.NotEqual(File.ReadAllBytes(first.Base), File.ReadAllBytes(other.Base));
    }

    [Theory]
    [MemberData(nameof(Synthetic))]
    public void The_truth_is_that_of_comparing_each_with_each(string name)
    {
        var dataset = Prepare(SyntheticSets.Make(name, _folder.Path, 300, seed: 1));
        var rows = ReadAll(dataset.BasePath);
        for (var query = 0; query < dataset.QueryCount; query++)
        {
            var expected = rows
                .Select((row, number) => (TrueDistance.Compute(dataset.Metric, dataset.Query(query).Span, row), number))
                .Order()
                .Take(Dataset.TruthWidth)
                .Select(pair => pair.number);
            Assert.Equal(expected, dataset.Truth.Chunk(Dataset.TruthWidth).ElementAt(query));
        }
    }

    [Theory]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.Manhattan)]
    public void The_truth_knows_the_other_metrics(Metric metric)
    {
        var files = SyntheticSets.Make("mixture", _folder.Path, 300, seed: 1);
        var queries = ReadAll(files.Queries)[..5];
        var rows = ReadAll(files.Base);
        var truth = ExactNearest.Find(files.Base, metric, queries, 3, null, CancellationToken.None);
        for (var query = 0; query < queries.Length; query++)
        {
            var expected = rows.Index().OrderBy(row => TrueDistance.Compute(metric, queries[query], row.Item)).Take(3);
            Assert.Equal(expected.Select(row => row.Index), truth.Chunk(3).ElementAt(query));
        }
    }

    [Fact]
    public void The_truth_among_matches_holds_matches_only_and_is_padded()
    {
        var files = SyntheticSets.Make("uniform", _folder.Path, 300, seed: 1);
        var queries = ReadAll(files.Queries)[..2];
        var truth = ExactNearest.Find(
            files.Base, Metric.L2, queries, 5, (query, row) => query == 0 ? row is 7 or 250 : row < 5,
            CancellationToken.None);
        Assert.Equal([-1, -1, -1, 7, 250], truth[..5].Order());
        Assert.Equal([0, 1, 2, 3, 4], truth[5..].Order());
        Assert.Equal([-1, -1, -1], truth[2..5]);
    }

    [Fact]
    public void Under_cosine_rows_become_unit_length_and_the_shipped_truth_is_kept()
    {
        Write("base.fbin", 2, [3, 4, 0, 2, 5, 0]);
        Write("query.fbin", 2, [0, 9]);
        var shipped = Enumerable.Repeat(-1, Dataset.TruthWidth).ToArray();
        shipped[0] = 1;
        Truths.Write(_folder.At("truth.ibin"), shipped, Dataset.TruthWidth);
        var dataset = Prepare(new SourceFiles(
            "own", _folder.At("base.fbin"), _folder.At("query.fbin"), _folder.At("truth.ibin"), Metric.Cosine));
        Assert.All(ReadAll(dataset.BasePath), row => Assert.Equal(1, TensorPrimitives.Norm<float>(row), 1e-6));
        Assert.Equal([0, 1], dataset.Query(0).ToArray());
        Assert.Equal(shipped, dataset.Truth);
    }

    [Fact]
    public void A_limit_leaves_the_shipped_truth_aside()
    {
        Write("base.fbin", 1, [5, 4, 3, 2, 1]);
        Write("query.fbin", 1, [0]);
        Truths.Write(_folder.At("truth.ibin"), [4, .. Enumerable.Repeat(-1, 99)], Dataset.TruthWidth);
        var files = new SourceFiles(
            "own", _folder.At("base.fbin"), _folder.At("query.fbin"), _folder.At("truth.ibin"), Metric.L2);
        var cut = Prepare(files, _folder.Options with { Limit = 3 });
        Assert.Equal((3, 2), (cut.Rows, cut.Truth[0]));
        Assert.NotEqual(cut.Key, Prepare(files, _folder.Options with { Limit = null }).Key);
    }

    [Fact]
    public void What_was_prepared_and_then_damaged_is_prepared_again()
    {
        var files = SyntheticSets.Make("uniform", _folder.Path, 300, seed: 1);
        var first = Prepare(files);
        var bytes = File.ReadAllBytes(first.BasePath);
        File.WriteAllBytes(first.BasePath, bytes[..^5]);
        foreach (var truth in Directory.GetFiles(Path.GetDirectoryName(first.BasePath)!, "truth*"))
        {
            File.WriteAllBytes(truth, [1, 2, 3]);
        }

        var again = Prepare(files);
        Assert.Equal(bytes, File.ReadAllBytes(again.BasePath));
        Assert.Equal(first.Truth, again.Truth);
    }

    [Fact]
    public async Task A_missing_and_a_damaged_set_are_told_and_the_others_go_on()
    {
        Directory.CreateDirectory(_folder.At("data/debdocs"));
        File.WriteAllBytes(_folder.At("data/debdocs/base.fbin"), [1, 0, 0, 0, 2, 0, 0, 0, 9]);
        File.WriteAllBytes(_folder.At("data/debdocs/query.fbin"), [1, 0, 0, 0, 2, 0, 0, 0, 9]);
        using var log = _folder.OpenLog();
        var session = _folder.OpenSession(log, _folder.Options with
        {
            DataRoot = _folder.At("data"),
            Datasets = ["sift-500k", "debdocs", "uniform"],
        });
        var opened = new List<string>();
        await foreach (var dataset in session.OpenDatasetsAsync("recall", [], CancellationToken.None))
        {
            opened.Add(dataset.Name);
        }

        Assert.Equal(["uniform"], opened);
        Assert.Empty(session.Failures);
        Assert.Equal(["sift-500k", "debdocs"], log.Written.Select(measurement => measurement.Variant));
        Assert.All(log.Written, measurement => Assert.NotNull(measurement.Skipped));
        var lines = _folder.Said.Split('\n').Where(line => line.StartsWith("SKIPPED", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count());
        Assert.Contains("SKIPPED data sift-500k: there is no folder", _folder.Said);
    }

    [Fact]
    public void Files_that_do_not_go_together_are_refused()
    {
        Write("base.fbin", 2, [1, 2]);
        Write("query.fbin", 1, [1]);
        Write("nan.fbin", 2, [1, float.NaN]);
        Write("zero.fbin", 2, [0, 0]);
        Truths.Write(_folder.At("truth.ibin"), [.. Enumerable.Repeat(9, 100)], Dataset.TruthWidth);
        Refused("base.fbin", "query.fbin", null, Metric.L2);
        Refused("nan.fbin", "base.fbin", null, Metric.L2);
        Refused("base.fbin", "nan.fbin", null, Metric.L2);
        Refused("base.fbin", "zero.fbin", null, Metric.Cosine);
        Refused("base.fbin", "base.fbin", "truth.ibin", Metric.L2);
    }

    private void Refused(string rows, string queries, string? truth, Metric metric) =>
        Assert.Throws<DatasetException>(() => Prepare(new SourceFiles(
            "own", _folder.At(rows), _folder.At(queries), truth is null ? null : _folder.At(truth), metric)));

    private Dataset Prepare(SourceFiles files, BenchOptions? options = null) =>
        new DatasetPreparation(options ?? _folder.Options, _ => { }).Prepare(files, CancellationToken.None);

    private void Write(string name, int dimensions, float[] values)
    {
        using var file = new FbinWriter(_folder.At(name), values.Length / dimensions, dimensions);
        file.Write(values);
        file.Complete();
    }

    private static float[][] ReadAll(string path)
    {
        using var file = RowFile.OpenVectors(path);
        var values = new float[file.Count * file.Dimensions];
        file.Read(values.AsSpan());
        return [.. values.Chunk(file.Dimensions)];
    }
}
