using Vesper.Bench.Sweeps;

namespace Vesper.Bench.Tests;

public sealed class SweepPlanTests
{
    private static readonly EngineVariant Variant = new()
    {
        Engine = "vesper",
        Index = "hnsw",
        Parameters = new Dictionary<string, int> { ["m"] = 16, ["ef_construction"] = 200 },
        Naming = ["m"],
        Efforts = [Ef(20), Ef(40), Ef(80), Ef(160), Ef(320), Ef(640)],
        WideEfforts = [Ef(120)],
    };

    [Fact]
    public void One_thread_measures_all_efforts_and_more_threads_every_second()
    {
        var plan = new SweepPlan([1, 2], 3, 0.5);
        Assert.Equal([new PointGroup(10, 1), new PointGroup(10, 2), new PointGroup(100, 1)], plan.Groups);
        Assert.Equal([20, 40, 80, 160, 320, 640], Efforts(plan, new PointGroup(10, 1)));
        Assert.Equal([40, 160, 640], Efforts(plan, new PointGroup(10, 2)));
        Assert.Equal([120], Efforts(plan, new PointGroup(100, 1)));
    }

    [Fact]
    public void Slow_points_are_asked_fewer_queries()
    {
        var plan = new SweepPlan([1], 3, 0.5);
        Assert.Equal(
            [2_000, 2_000, 2_000, 2_000, 500, 500],
            plan.PointsOf(Variant, new PointGroup(10, 1), 2_000).Select(point => point.Queries));
        Assert.Equal(
            [2_000, 250],
            plan.PointsOf(Variant with { Efforts = [Ef(250), Ef(1_200)] }, new PointGroup(10, 1), 2_000)
                .Select(point => point.Queries));
        Assert.All(
            plan.PointsOf(Variant with { MostQueries = 200 }, new PointGroup(10, 1), 2_000),
            point => Assert.Equal(200, point.Queries));
    }

    [Fact]
    public void A_variant_is_named_by_what_tells_it_apart() => Assert.Equal("hnsw m=16", Variant.Name);

    [Theory]
    [InlineData(128, 32, 32)]
    [InlineData(100, 25, 25)]
    [InlineData(784, 196, 196)]
    [InlineData(96, 25, 24)]
    [InlineData(101, 25, 0)]
    public void Parts_divide_the_dimensions(int dimensions, int most, int parts) =>
        Assert.Equal(parts, VariantCatalog.PartsFor(dimensions, most));

    [Theory]
    [InlineData(500_000, 2_048)]
    [InlineData(62_666, 1_024)]
    [InlineData(10, 16)]
    public void Lists_are_about_four_times_the_root(int rows, int lists) =>
        Assert.Equal(lists, VariantCatalog.ListsFor(rows));

    private static IEnumerable<int> Efforts(SweepPlan plan, PointGroup group) =>
        plan.PointsOf(Variant, group, 2_000).Select(point => point.Effort["ef"]);

    private static Dictionary<string, int> Ef(int value) => new() { ["ef"] = value };
}
