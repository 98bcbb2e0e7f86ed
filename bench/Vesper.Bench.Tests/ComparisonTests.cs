using System.Text.Json;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Tests;

public sealed class ComparisonTests
{
    [Fact]
    public void Between_two_points_the_logarithm_of_the_throughput_is_interpolated()
    {
        var ours = new[] { Point("vesper", 0.90, 4_000, ef: 20), Point("vesper", 1.00, 1_000, ef: 80) };
        var theirs = new[] { Point("peer", 0.95, 1_000, ef: 40) };
        var comparison = Comparison.AtRecall(ours, theirs, 0.95, noise: 0.05);
        Assert.NotNull(comparison);
        Assert.Equal(2, comparison.Ratio, 1e-9);
        Assert.Equal("faster", comparison.Verdict);
        Assert.Equal([new CurvePoint(0.90, 4_000, "ef=20"), new CurvePoint(1.00, 1_000, "ef=80")], comparison.Ours);
        Assert.Equal([new CurvePoint(0.95, 1_000, "ef=40")], comparison.Theirs);
    }

    [Fact]
    public void The_two_nearest_points_are_taken()
    {
        CurvePoint[] nearest = [new(0.94, 3_000, "ef=3"), new(0.96, 2_000, "ef=4")];
        var ours = new[]
        {
            Point("vesper", 0.80, 5_000, ef: 1), Point("vesper", 0.90, 4_000, ef: 2),
            Point("vesper", 0.96, 2_000, ef: 4), Point("vesper", 0.94, 3_000, ef: 3),
            Point("vesper", 0.99, 1_000, ef: 5),
        };
        Assert.Equal(nearest, Comparison.AtRecall(ours, ours, 0.95, 0)!.Ours);
    }

    [Theory]
    [InlineData(1_050, 0.06, "no difference")]
    [InlineData(1_050, 0.04, "faster")]
    [InlineData(950, 0.04, "slower")]
    [InlineData(950, 0.06, "no difference")]
    [InlineData(1_000, 0, "no difference")]
    public void A_difference_within_the_noise_is_none(double qps, double noise, string verdict)
    {
        var ours = new[] { Point("vesper", 0.95, qps, ef: 1) };
        var theirs = new[] { Point("peer", 0.95, 1_000, ef: 1) };
        Assert.Equal(verdict, Comparison.AtRecall(ours, theirs, 0.95, noise)!.Verdict);
    }

    [Fact]
    public void Who_does_not_reach_a_recall_is_not_compared()
    {
        var good = new[] { Point("vesper", 0.99, 100, ef: 1) };
        var poor = new[] { Point("peer", 0.94, 100, ef: 1) };
        Assert.Null(Comparison.AtRecall(good, poor, 0.95, 0));
        Assert.Null(Comparison.AtRecall(poor, good, 0.95, 0));
        Assert.Null(Comparison.AtRecall(good, [], 0.95, 0));
    }

    [Fact]
    public void A_cheapest_point_with_more_recall_stands_alone() =>
        Assert.Equal(
            [new CurvePoint(0.99, 100, "ef=1")],
            Comparison.AtRecall(
                [Point("vesper", 0.99, 100, ef: 1)], [Point("peer", 0.95, 100, ef: 1)], 0.95, 0)!.Ours);

    [Fact]
    public void The_best_variant_of_each_side_is_taken()
    {
        var ours = new[]
        {
            Point("vesper", 0.95, 1_000, ef: 1, variant: "hnsw m=16"),
            Point("vesper", 0.95, 3_000, ef: 1, variant: "hnsw m=32"),
        };
        Assert.Equal(3, Comparison.AtRecall(ours, [Point("peer", 0.95, 1_000, ef: 1)], 0.95, 0)!.Ratio, 1e-9);
    }

    [Fact]
    public void A_point_that_another_beats_in_both_is_no_part_of_the_curve()
    {
        var points = new[]
        {
            Point("vesper", 0.90, 900, ef: 1), Point("vesper", 0.92, 1_000, ef: 2), Point("vesper", 0.99, 500, ef: 3),
        };
        Assert.Equal(["ef=2", "ef=3"], Comparison.Curve(points).Select(point => point.Effort));
    }

    [Fact]
    public void The_twin_and_what_was_skipped_are_no_part_of_the_curve()
    {
        var point = Point("vesper", 0.9, 100, ef: 1);
        Assert.Empty(Comparison.Curve([point with { Twin = true }, point with { Skipped = "why" }]));
    }

    [Fact]
    public void The_recall_is_that_of_the_points_own_k()
    {
        var point = Point("vesper", 0.9, 100, ef: 1);
        var wide = point with
        {
            Parameters = new Dictionary<string, object>(point.Parameters) { ["k"] = 100 },
            Figures = new Dictionary<string, double>(point.Figures) { ["recall_100"] = 0.5 },
        };
        Assert.Equal(0.5, Assert.Single(Comparison.Curve([wide])).Recall);
    }

    [Fact]
    public void A_ratio_is_as_uncertain_as_the_points_it_stands_on()
    {
        Measurement[] ours = [Point("vesper", 0.9, 1_100, ef: 1) with { Noise = Spread(0.03) }];
        Measurement[] theirs = [Point("peer", 0.9, 1_000, ef: 1) with { Noise = Spread(0.12) }];
        var comparison = Comparison.AtRecall(ours, theirs, 0.9, noise: 0.04)!;
        Assert.Equal(0.13, comparison.Noise, 1e-9);
        Assert.Equal(Comparison.NoDifference, comparison.Verdict);
        Assert.Equal("faster", Comparison.AtRecall([ours[0] with { Noise = Spread(0) }], [.. theirs.Select(
            one => one with { Noise = Spread(0) })], 0.9, noise: 0.04)!.Verdict);
    }

    [Fact]
    public void Noise_is_how_far_the_twin_is_and_how_far_the_repeats_spread()
    {
        var point = Point("vesper", 0.9, 1_000, ef: 1) with { Noise = Spread(0.04) };
        var twin = point with { Twin = true, Figures = Figures(0.9, 1_000 / 1.03) };
        var other = Point("peer", 0.9, 1, ef: 1) with { Noise = Spread(0.04) };
        Assert.Equal(0.05, Comparison.NoiseOf([point, twin, other]), 1e-9);
    }

    [Fact]
    public void A_point_has_its_twin_at_the_same_effort_only()
    {
        var point = Point("vesper", 0.9, 1_000, ef: 1);
        var twin = Point("vesper", 0.9, 10, ef: 2) with { Twin = true };
        Assert.Equal(0, Comparison.NoiseOf([point, twin]));
    }

    [Fact]
    public void Measurements_read_from_a_file_compare_as_those_made_now()
    {
        var point = Point("vesper", 0.9, 1_000, ef: 1);
        var twin = point with { Twin = true, Figures = Figures(0.9, 800) };
        var read = Array.ConvertAll([point, twin], measurement => JsonSerializer.Deserialize(
            JsonSerializer.Serialize(measurement, MeasurementJson.Default.Measurement),
            MeasurementJson.Default.Measurement)!);
        Assert.Equal(0.25, Comparison.NoiseOf(read), 1e-9);
        Assert.Equal(0.25, Comparison.NoiseOf([point, read[1]]), 1e-9);
        Assert.Equal(new CurvePoint(0.9, 1_000, "ef=1"), Assert.Single(Comparison.Curve(read)));
    }

    [Theory]
    [InlineData("faiss", "ivf-flat nlist=16", "a generic build", true)]
    [InlineData("faiss", "opq-ivf-pq-fs nlist=16", "a generic build", true)]
    [InlineData("faiss", "ivf-flat nlist=16", "compiled with: AVX2", false)]
    [InlineData("faiss", "hnsw m=32", "a generic build", false)]
    [InlineData("lancedb", "ivf-pq nlist=16", "a generic build", false)]
    public void Nothing_is_claimed_against_partitions_of_a_generic_build(
        string engine, string variant, string fact, bool silent)
    {
        var point = Point(engine, 0.9, 1, ef: 1, variant) with { Facts = [fact] };
        Assert.Equal(silent, Comparison.WhyNotClaimed([point]) is not null);
    }

    private static Measurement Point(string engine, double recall, double qps, int ef, string variant = "hnsw m=16") =>
        new()
        {
            Experiment = "recall",
            Engine = engine,
            Variant = variant,
            Parameters = new Dictionary<string, object> { ["ef"] = ef, ["k"] = 10, ["threads"] = 1 },
            Figures = Figures(recall, qps),
        };

    private static Dictionary<string, double> Figures(double recall, double qps) =>
        new() { ["recall_10"] = recall, ["qps"] = qps };

    private static Dictionary<string, double> Spread(double share) => new() { ["qps"] = share };
}
