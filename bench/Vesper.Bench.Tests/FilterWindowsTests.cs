using Vesper.Bench.Datasets;
using Vesper.Bench.Filtering;

namespace Vesper.Bench.Tests;

public sealed class FilterWindowsTests : IDisposable
{
    private readonly BenchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ranks_are_each_there_once_and_windows_are_as_wide_as_asked()
    {
        var windows = FilterWindows.Of(Prepare(), seed: 1);
        foreach (var correlation in Enum.GetValues<Correlation>())
        {
            Assert.Equal(Enumerable.Range(0, 300), windows.RanksOf(correlation).Order());
            for (var query = 0; query < 20; query++)
            {
                var window = windows.Window(correlation, query, 0.2);
                Assert.Equal(60, windows.RanksOf(correlation).Count(window.Contains));
                Assert.InRange(windows.Window(correlation, query, 0.0001).To, 1, 300);
            }
        }
    }

    [Fact]
    public void Rows_near_the_query_are_in_the_correlated_window_and_not_in_the_other()
    {
        var dataset = Prepare();
        var windows = FilterWindows.Of(dataset, seed: 1);
        Assert.InRange(Share(Correlation.Correlated), 0.3, 1);
        Assert.InRange(Share(Correlation.Uncorrelated), 0.1, 0.29);
        Assert.InRange(Share(Correlation.AntiCorrelated), 0, 0.09);

        double Share(Correlation correlation)
        {
            var ranks = windows.RanksOf(correlation);
            return Enumerable.Range(0, dataset.QueryCount).Average(query =>
            {
                var window = windows.Window(correlation, query, 0.2);
                return dataset.Truth.AsSpan(query * Dataset.TruthWidth, 10).ToArray()
                    .Count(row => window.Contains(ranks[row])) / 10.0;
            });
        }
    }

    [Fact]
    public void The_component_is_the_direction_of_the_greatest_spread()
    {
        using (var file = new FbinWriter(_folder.At("line.fbin"), 100, 3))
        {
            var random = new Random(1);
            for (var i = 0; i < 100; i++)
            {
                // Far from zero, wide along the second axis.
                file.Write([50 + random.NextSingle(), 100 * random.NextSingle(), -7]);
            }

            file.Complete();
        }

        var component = PrincipalComponent.Of(_folder.At("line.fbin"), seed: 1);
        Assert.InRange(Math.Abs(component.Project([0, 1, 0])), 0.999f, 1.001f);
        Assert.InRange(Math.Abs(component.Project([1, 0, 0])), 0f, 0.01f);
    }

    private Dataset Prepare() => new DatasetPreparation(_folder.Options, _ => { }).Prepare(
        SyntheticSets.Make("mixture", _folder.Path, 300, seed: 1), CancellationToken.None);
}
