using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Reading;

namespace Vesper.Bench.Tests;

/// <summary>A line that is no measurement costs that line; of two measurements of one thing the later counts.</summary>
public sealed class ReportReadingTests
{
    private static readonly Measurement Point = ReportSample.Point("vesper", "hnsw m=16", 0.9, 100);
    private static readonly string Line = ReportSample.Lines([Point]);

    [Fact]
    public void What_was_written_is_read_back()
    {
        var written = Point with { Facts = ["a fact"], Noise = new Dictionary<string, double> { ["qps"] = 0.02 } };
        var read = Assert.Single(ResultFile.Parse(ReportSample.Lines([written])).Measurements);
        Assert.Equal(written.Dataset, read.Dataset);
        Assert.Equal(written.Figures, read.Figures);
        Assert.Equal(written.Noise, read.Noise);
        Assert.Equal(written.Facts, read.Facts);
        Assert.Equal("40", Comparison.ParameterOf(read, "ef"));
        Assert.Equal(40L, read.Parameters["ef"]);
    }

    [Fact]
    public void A_parameter_keeps_its_kind()
    {
        const string text = """
            {"experiment":"e","engine":"x","figures":{},"parameters":{"a":1,"b":0.5,"c":"s","d":true,"e":[1]}}
            """;
        var read = Assert.Single(ResultFile.Parse(text).Measurements);
        Assert.Equal([1L, 0.5, "s", true, "[1]"], read.Parameters.Values);
    }

    [Fact]
    public void A_last_line_that_was_cut_off_is_named_and_passed_over()
    {
        for (var length = 1; length < Line.Length - 1; length++)
        {
            var file = ResultFile.Parse(Line + Line[..length]);
            Assert.Single(file.Measurements);
            Assert.Equal("Line 2: cut off before its end; skipped.", Assert.Single(file.Warnings));
        }
    }

    [Fact]
    public void A_whole_last_line_without_its_end_counts()
    {
        var file = ResultFile.Parse(Line.TrimEnd());
        Assert.Single(file.Measurements);
        Assert.Empty(file.Warnings);
    }

    [Theory]
    [InlineData("Building vesper …")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    [InlineData("""{"experiment":"recall"}""")]
    [InlineData("""{"experiment":"","engine":"x","figures":{}}""")]
    [InlineData("""{"experiment":"recall","engine":"x","figures":null}""")]
    [InlineData("""{"experiment":"recall","engine":"x","figures":{"qps":null}}""")]
    [InlineData("""{"experiment":"recall","engine":"x","figures":{"qps":"fast"}}""")]
    [InlineData("\0\0\0\0")]
    public void A_foreign_line_is_named_and_passed_over(string foreign)
    {
        var next = ReportSample.Lines([ReportSample.Point("faiss", "flat", 1, 9)]);
        var file = ResultFile.Parse($"{Line}{foreign}\n{next}");
        Assert.Equal(["vesper", "faiss"], file.Measurements.Select(one => one.Engine));
        Assert.StartsWith("Line 2: not a measurement", Assert.Single(file.Warnings));
    }

    [Fact]
    public void Empty_lines_and_other_line_ends_are_fine()
    {
        var file = ResultFile.Parse($"\n{Line.TrimEnd()}\r\n\r\n  \n");
        Assert.Single(file.Measurements);
        Assert.Empty(file.Warnings);
    }

    [Fact]
    public void Nulls_stand_for_nothing()
    {
        const string text = """
            {"experiment":"e","engine":"x","figures":{},"parameters":null,"noise":null,"facts":null,"variant":null,
            "limit_shares":null,"commit":null}
            """;
        var read = Assert.Single(ResultFile.Parse(text.ReplaceLineEndings("")).Measurements);
        Assert.Equal("", read.Variant + read.Commit);
        Assert.Empty(read.Parameters);
        Assert.Empty(read.Noise);
        Assert.Empty(read.LimitShares);
        Assert.Empty(read.Facts);
    }

    [Fact]
    public void A_later_measurement_replaces_an_earlier_one_of_the_same_thing()
    {
        var later = ReportSample.Point("vesper", "hnsw m=16", 0.91, 200);
        var file = ResultFile.Parse(ReportSample.Lines([Point, later]));
        Assert.Equal(200, Assert.Single(file.Measurements).Figures["qps"]);
        Assert.Equal(1, file.Replaced);
    }

    [Fact]
    public void What_differs_in_anything_but_figures_stays()
    {
        Measurement[] different =
        [
            Point,
            Point with { Twin = true },
            Point with { Experiment = "build" },
            Point with { Engine = "faiss" },
            Point with { Variant = "hnsw m=32" },
            Point with { Dataset = Point.Dataset! with { Name = "other" } },
            Point with { Dataset = Point.Dataset! with { Rows = 999 } },
            Point with { Dataset = null },
            ReportSample.Point("vesper", "hnsw m=16", 0.9, 100, ef: 80),
        ];
        var file = ResultFile.Parse(ReportSample.Lines(different));
        Assert.Equal(different.Length, file.Measurements.Count);
    }

    [Fact]
    public void The_order_of_parameters_does_not_matter()
    {
        var turned = Point with { Parameters = Point.Parameters.Reverse().ToDictionary() };
        Assert.Single(ResultFile.Parse(ReportSample.Lines([Point, turned])).Measurements);
    }

    [Theory]
    [InlineData("hnswlib", "", null)]
    [InlineData("hnswlib", "hnsw m=16", "d")]
    [InlineData("data", "d", null)]
    public void What_was_skipped_and_measured_later_is_no_longer_skipped(string engine, string variant, string? dataset)
    {
        var measured = ReportSample.Point("hnswlib", "hnsw m=16", 0.9, 100);
        var skipped = measured with
        {
            Engine = engine,
            Variant = variant,
            Dataset = dataset is null ? null : measured.Dataset,
            Figures = new Dictionary<string, double>(),
            Parameters = new Dictionary<string, object>(),
            Skipped = "not there",
        };
        Assert.Equal(["hnswlib"], EnginesOf(skipped, measured));
        Assert.Equal(["hnswlib", engine], EnginesOf(measured, skipped));
        Assert.Equal([engine, "hnswlib"], EnginesOf(skipped, measured with { Experiment = "build" }));
        Assert.Equal([engine, "hnswlib"], EnginesOf(skipped with { Variant = "else" }, measured));
    }

    [Fact]
    public void A_file_without_measurements_is_refused_with_its_warnings()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.Throws<InvalidDataException>(() => ResultFile.Read(path));
            File.WriteAllText(path, "nonsense\n");
            Assert.Contains("Line 1", Assert.Throws<InvalidDataException>(() => ResultFile.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> EnginesOf(params Measurement[] measurements) =>
        ResultFile.Parse(ReportSample.Lines(measurements)).Measurements.Select(one => one.Engine);
}
