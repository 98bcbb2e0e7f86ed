using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>By how much the same thing measured twice differs.</summary>
internal sealed class NoiseSection : ISection
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var rows = results.All.Where(one => one.Twin && one.Skipped is null)
            .GroupBy(twin => (twin.Experiment, twin.Dataset))
            .SelectMany(group => RowsOf(group.Key.Experiment, group.Key.Dataset, [.. group], results))
            .ToArray();
        List<Block> blocks = [new Prose(StatementOf(results))];
        if (rows.Length > 0)
        {
            blocks.Add(new DataTable(
                "Difference of an engine from itself, measured twice in one run (A/A)",
                [
                    new Column("experiment"), new Column("data set"), new Column("figure"),
                    new Column("pairs", IsNumber: true), new Column("median", IsNumber: true),
                    new Column("largest", IsNumber: true),
                ],
                rows));
        }
        else
        {
            blocks.Add(new Prose("Nothing was measured twice (A/A): noise is the spread of the repeats alone.", true));
        }

        return new ReportSection("noise", "Noise", blocks);
    }

    /// <summary>The noise that differences of throughput on a data set, at one setting, are held against.</summary>
    public static double Of(ResultSet results, DatasetFacts? dataset, (int K, int Threads) setting)
    {
        var all = results.All.Where(one => one.Experiment == RecallSection.Name && one.Dataset == dataset);
        return Comparison.NoiseOf([.. all.Where(one => RecallSection.SettingOf(one) == setting)]);
    }

    private static string StatementOf(ResultSet results)
    {
        var noises = results.ByDataset(RecallSection.Name)
            .SelectMany(data => RecallSection.BySetting(data).Select(setting => Of(results, data.Key, setting.Key)))
            .Order().Select(FigureText.Percent).ToArray();
        return "Every figure is the median of its repeats; ± is half their spread, relative to it."
            + (noises.Length == 0 ? ""
                : " The noise of throughput, for each data set, k and number of threads, is the largest difference of "
                + "a point from its twin together with the median spread of the repeats: "
                + string.Join(" to ", new[] { noises[0], noises[^1] }.Distinct())
                + ".");
    }

    private static IEnumerable<Cell[]> RowsOf(
        string experiment, DatasetFacts? dataset, IReadOnlyList<Measurement> twins, ResultSet results)
    {
        var firsts = results.Of(experiment).Where(one => one.Dataset == dataset).ToLookup(KeyOf);
        var pairs = twins.SelectMany(twin => firsts[KeyOf(twin)].Select(first => (first, twin))).ToArray();
        var names = pairs.SelectMany(pair => pair.twin.Figures.Keys).Distinct()
            .Where(name => pairs.Any(pair => pair.twin.Noise.ContainsKey(name)) || name is "qps");
        foreach (var name in names)
        {
            var differences = pairs
                .Where(pair => pair.first.Figures.GetValueOrDefault(name) > 0 && pair.twin.Figures.ContainsKey(name))
                .Select(pair => Math.Abs((pair.twin.Figures[name] / pair.first.Figures[name]) - 1)).ToArray();
            if (differences.Length > 0)
            {
                yield return
                [
                    experiment, dataset?.Name ?? "–", FigureText.Words(name), FigureText.Short(differences.Length),
                    FigureText.Percent(Samples.Median(differences)), FigureText.Percent(differences.Max()),
                ];
            }
        }
    }

    private static string KeyOf(Measurement one) => ResultSet.NameOf(one) + string.Concat(
        one.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"\n{pair.Key}={FigureText.Parameter(pair.Value)}"));
}
