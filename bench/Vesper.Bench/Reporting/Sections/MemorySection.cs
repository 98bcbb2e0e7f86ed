using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Charts;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>What memory is spent on.</summary>
internal sealed class MemorySection : ISection
{
    private const string Name = "memory";
    private const string Unit = "_bytes_per_vector";

    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [Name];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var blocks = new List<Block> { new Prose("Bytes of memory a vector, by what they hold.") };
        foreach (var data in results.ByDataset(Name))
        {
            blocks.Add(new Heading(ResultSet.TitleOf(data.Key)));
            blocks.AddRange(ChartOf(data.Key, [.. data]));
            blocks.Add(MeasurementTable.Of("", [.. data]));
        }

        blocks.AddRange(ExperimentFacts.Of(results, Name));
        return blocks.Count > 1 ? new ReportSection(Name, "Memory by component", blocks) : null;
    }

    private static IEnumerable<Block> ChartOf(DatasetFacts? dataset, IReadOnlyList<Measurement> measurements)
    {
        var components = measurements.SelectMany(ComponentsOf).Distinct().ToArray();
        if (components.Length == 0)
        {
            yield break;
        }

        var styles = components.Select((name, number) => (name, new SeriesStyle(number))).ToDictionary();
        yield return new Legend(
            [.. components.Select(name => new LegendEntry(FigureText.Words(name), styles[name], IsArea: true))]);
        var title = $"bytes a vector · {dataset?.Name}";
        var bars = measurements.Select(one => BarOf(one, measurements, styles)).Where(bar => bar.Parts.Count > 0).ToArray();
        yield return new ChartGrid([new Chart(title, new BarChart(bars).Draw(title))]);
    }

    private static Bar BarOf(
        Measurement one, IReadOnlyList<Measurement> among, Dictionary<string, SeriesStyle> styles)
    {
        var parts = ComponentsOf(one).Select(name => new BarPart(
            one.Figures[name],
            styles[name],
            $"{FigureText.Words(name)}: {FigureText.ValueAndUnit(name, one.Figures[name])}")).ToArray();
        return new Bar(FigureBars.NameOf(one, among), parts, FigureText.Number(parts.Sum(part => part.Value)));
    }

    // A sum of the others would be drawn twice.
    private static IEnumerable<string> ComponentsOf(Measurement one) => one.Figures.Keys
        .Where(name => name.EndsWith(Unit, StringComparison.Ordinal)
            && !name.StartsWith("total", StringComparison.Ordinal) && !name.StartsWith("rss", StringComparison.Ordinal));
}
