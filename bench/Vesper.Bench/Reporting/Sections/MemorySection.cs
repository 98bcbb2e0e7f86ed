using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Charts;
using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>What the bytes of a row are spent on, in files and in memory.</summary>
internal sealed class MemorySection : ISection
{
    private const string Name = "memory";
    private const string InFiles = "file_";
    private const string WholeIndex = "index_per_row";
    private const string Resident = "rss_per_row";
    private static readonly string[] Counted = ["native_per_row", "managed_per_row"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [Name];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var blocks = new List<Block>
        {
            new Prose(
                "Bytes a row. On disk: the files, by component where the engine says it; in memory: what the "
                + "engine counts, and by how much the process grew from its start to the first answer."),
        };
        foreach (var data in results.ByDataset(Name))
        {
            blocks.Add(new Heading(ResultSet.TitleOf(data.Key)));
            blocks.AddRange(ChartsOf(data.Key?.Name ?? Name, [.. data], results));
            blocks.Add(new Details("All figures", [MeasurementTable.Of("", [.. data])], IsInMarkdown: true));
        }

        blocks.AddRange(ExperimentFacts.Of(results, Name));
        return blocks.Count > 1 ? new ReportSection(Name, "Memory by component", blocks) : null;
    }

    private static IEnumerable<Block> ChartsOf(
        string dataset, IReadOnlyList<Measurement> measurements, ResultSet results)
    {
        string[] parts = [.. measurements.SelectMany(PartsOnDisk).Concat(Counted).Distinct()];
        var styles = parts.Select((name, number) => (name, new SeriesStyle(number))).ToDictionary();
        Chart?[] all =
        [
            Stack($"on disk · {dataset}", measurements, PartsOnDisk, styles),
            Stack($"counted in memory · {dataset}", measurements, PartsCounted, styles),
            FigureBars.ChartOf(dataset, Resident, measurements, results),
        ];
        Chart[] charts = [.. all.OfType<Chart>()];
        if (charts.Length > 0)
        {
            var drawn = parts.Where(name => measurements.Any(one => one.Figures.GetValueOrDefault(name) > 0));
            yield return new Legend(
                [.. drawn.Select(name => new LegendEntry(LabelOf(name), styles[name], IsArea: true))]);
            yield return new ChartGrid(charts, IsDense: true);
        }
    }

    private static Chart? Stack(
        string title,
        IReadOnlyList<Measurement> measurements,
        Func<Measurement, IEnumerable<string>> partsOf,
        Dictionary<string, SeriesStyle> styles)
    {
        var shown = measurements.Where(one => partsOf(one).Any(part => one.Figures[part] > 0)).ToArray();
        if (shown.Length == 0)
        {
            return null;
        }

        var bars = shown.Select(one =>
        {
            var parts = partsOf(one).Select(name => new BarPart(
                one.Figures[name],
                styles[name],
                $"{LabelOf(name)}: {FigureText.ValueAndUnit(name, one.Figures[name])}")).ToArray();
            var sum = FigureText.Number(parts.Sum(part => part.Value));
            return new Bar(FigureBars.NameOf(one, shown), parts, sum + " B");
        }).ToArray();
        return new Chart(title, new BarChart(bars).Draw($"Bytes a row, {title}"));
    }

    // An engine that does not say what is in its files has the whole of them.
    private static IEnumerable<string> PartsOnDisk(Measurement one)
    {
        var parts = one.Figures.Keys.Where(name => name.StartsWith(InFiles, StringComparison.Ordinal)).ToArray();
        return parts.Length > 0 ? parts : new[] { WholeIndex }.Where(one.Figures.ContainsKey);
    }

    private static IEnumerable<string> PartsCounted(Measurement one) => Counted.Where(one.Figures.ContainsKey);

    private static string LabelOf(string name) => name == WholeIndex
        ? "whole index"
        : FigureText.Words(name.StartsWith(InFiles, StringComparison.Ordinal) ? name[InFiles.Length..] : name);
}
