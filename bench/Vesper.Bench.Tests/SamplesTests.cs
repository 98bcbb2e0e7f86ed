using Vesper.Bench.Measuring;

namespace Vesper.Bench.Tests;

public sealed class SamplesTests
{
    [Theory]
    [InlineData(new double[] { 3 }, 3)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 4, 1, 2, 100 }, 3)]
    public void The_median_is_the_middle(double[] values, double median) =>
        Assert.Equal(median, Samples.Median(values));

    [Fact]
    public void The_spread_is_half_the_range_over_the_median()
    {
        Assert.Equal(0.1, Samples.Spread([100, 110, 90]), 1e-12);
        Assert.Equal(0, Samples.Spread([5]));
        Assert.Equal(0, Samples.Spread([0, 0]));
    }

    [Fact]
    public void Samples_become_medians_with_spreads()
    {
        var samples = new FigureSamples<string>();
        samples.Add("b", new Dictionary<string, double> { ["build_s"] = 1 }, ["one"]);
        samples.Add("a", new Dictionary<string, double> { ["build_s"] = 7 }, []);
        samples.Add("b", new Dictionary<string, double> { ["build_s"] = 3 }, ["two"]);
        Assert.Equal(["b", "a"], samples.All.Select(pair => pair.Subject));
        var measurement = samples.All.First().Samples.ToMeasurement("build", "vesper");
        Assert.Equal((2, 0.5, 2), (measurement.Figures["build_s"], measurement.Noise["build_s"], measurement.Repeat));
        Assert.Equal(["two"], measurement.Facts);
        Assert.Empty(samples.All.Last().Samples.ToMeasurement("build", "vesper").Noise);
    }
}
