using Vesper.Bench.Reporting.Charts;

namespace Vesper.Bench.Tests;

/// <summary>Axes cover what is drawn on them, in order, with sensible ticks.</summary>
public sealed class ReportChartTests
{
    public static TheoryData<double[]> Values =>
    [
        .. new double[][]
        {
            [1], [0.5, 0.5], [3, 4], [120, 45_000], [1e-4, 1e6], [1, 10], [999.9, 1000.1], [20, 50], [7e-7, 8e-7],
        },
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_logarithmic_axis_covers_its_values(double[] values) => Check(new LogAxis("x", values), values);

    [Theory]
    [MemberData(nameof(Values))]
    public void A_linear_axis_covers_its_values(double[] values)
    {
        Check(new LinearAxis("x", values), values);
        Check(new LinearAxis("x", values, fromZero: false), values);
    }

    [Fact]
    public void A_linear_axis_of_nothing_or_negative_values_works()
    {
        Check(new LinearAxis("x", [0]), [0]);
        Check(new LinearAxis("x", [-3, 2]), [-3, 2]);
    }

    [Fact]
    public void A_recall_axis_gives_the_last_tenth_most_of_its_room()
    {
        var axis = new RecallAxis("recall", [0.62, 0.999]);
        Check(axis, [0.62, 0.9, 0.95, 0.99, 0.999, 0.9995, 1]);
        Assert.True(axis.PlaceOf(0.9) < 0.2);
        Assert.Equal(axis.PlaceOf(0.99) - axis.PlaceOf(0.9), axis.PlaceOf(0.999) - axis.PlaceOf(0.99), 6);
        Assert.Equal(1, axis.PlaceOf(1));
        Assert.Equal(0, axis.PlaceOf(0.6));
        Assert.Equal("1", axis.Ticks[^1].Text);
    }

    [Fact]
    public void Styles_differ_by_engine_and_variant()
    {
        var palette = new Palette(
        [
            ReportSample.Point("new-engine", "a", 0.9, 1), ReportSample.Point("vesper", "flat", 1, 1),
            ReportSample.Point("vesper", "hnsw", 0.9, 1, ef: 10), ReportSample.Point("vesper", "hnsw", 0.95, 1, ef: 20),
            ReportSample.Point("faiss", "hnsw", 0.9, 1),
        ]);
        Assert.Equal(0, palette.OrderOf("vesper"));
        Assert.True(palette.OrderOf("faiss") < palette.OrderOf("new-engine"));
        Assert.Null(palette.StyleOf("vesper", "hnsw").DashArray);
        Assert.NotEqual(palette.StyleOf("vesper", "hnsw"), palette.StyleOf("vesper", "flat"));
        Assert.NotEqual(palette.StyleOf("vesper", "hnsw").Class, palette.StyleOf("faiss", "hnsw").Class);
    }

    private static void Check(Axis axis, double[] values)
    {
        var ticks = axis.Ticks.Select(tick => tick.Value).ToArray();
        Assert.InRange(ticks.Length, 2, 40);
        Assert.Equal(ticks.Order(), ticks);
        Assert.Contains(axis.Ticks, tick => tick.Text.Length > 0);
        Assert.All(values, value => Assert.InRange(value, ticks[0] - 1e-12, ticks[^1] + 1e-12));
        var places = values.Order().Select(axis.PlaceOf).ToArray();
        Assert.All(places, place => Assert.InRange(place, 0, 1));
        Assert.Equal(places.Order(), places);
        Assert.Equal(0, axis.PlaceOf(ticks[0]), 9);
        Assert.Equal(1, axis.PlaceOf(ticks[^1]), 9);
    }
}
