using System.Globalization;
using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Charts;
using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>Throughput over recall, of all engines and variants.</summary>
internal sealed class RecallSection : ISection
{
    /// <summary>The experiment.</summary>
    public const string Name = "recall";

    private const string Figure = "recall_";
    private const double LonelyFactor = 1.5;

    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [Name];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var blocks = results.ByDataset(Name).SelectMany(data => BlocksOf(data.Key, [.. data], results)).ToList();
        if (blocks.Count == 0)
        {
            return null;
        }

        blocks.Insert(0, new Prose(
            "Up and to the right is better. Both axes are logarithmic: throughput, and what is missed of the "
            + "true nearest. "
            + "A line joins the points that no other of its variant beats in both; the others are small and faint."));
        return new ReportSection("recall", "Throughput over recall", blocks);
    }

    /// <summary>Points at one k and one number of threads, k 10 first.</summary>
    public static IEnumerable<IGrouping<(int K, int Threads), Measurement>> BySetting(
        IEnumerable<Measurement> points) => points.GroupBy(SettingOf)
            .OrderBy(group => group.Key.K == 10 ? 0 : group.Key.K).ThenBy(group => group.Key.Threads);

    /// <summary>A setting in words.</summary>
    public static string TextOf((int K, int Threads) setting) =>
        $"k {setting.K}, {(setting.Threads == 1 ? "1 thread" : $"{setting.Threads} threads")}";

    /// <summary>The recall of a point at its own k, or null.</summary>
    public static double? RecallOf(Measurement one) =>
        one.Figures.TryGetValue($"{Figure}{SettingOf(one).K}", out var recall) ? recall : null;

    /// <summary>Neighbours asked for, and threads.</summary>
    public static (int K, int Threads) SettingOf(Measurement one) =>
        ((int)(ResultSet.NumberOf(one, "k") ?? 10), (int)(ResultSet.NumberOf(one, "threads") ?? 1));

    private static IEnumerable<Block> BlocksOf(
        DatasetFacts? dataset, IReadOnlyList<Measurement> points, ResultSet results)
    {
        var drawn = points.Where(one => RecallOf(one) is not null && one.Figures.GetValueOrDefault("qps") > 0)
            .ToArray();
        if (drawn.Length > 0)
        {
            yield return new Heading(ResultSet.TitleOf(dataset));
            foreach (var engine in drawn.DistinctBy(ResultSet.NameOf).GroupBy(one => one.Engine))
            {
                yield return new Legend(
                [
                    .. engine.OrderBy(one => one.Variant, StringComparer.Ordinal)
                        .Select(one => new LegendEntry(ResultSet.NameOf(one), results.Palette.StyleOf(one))),
                ]);
            }

            yield return new ChartGrid(
            [
                .. BySetting(drawn).SelectMany(setting => DepthsOf(setting).Select(depth => ChartOf(
                    $"{dataset?.Name}: {(depth == setting.Key.K ? "" : $"recall@{depth} at ")}{TextOf(setting.Key)}",
                    depth,
                    [.. setting.Select(one => AtDepth(one, depth)).Where(one => RecallOf(one) is not null)],
                    results))),
            ]);
        }

        yield return new Details(
            $"All {points.Count} points of {dataset?.Name ?? "no data set"}",
            [.. BySetting(points).Select(setting => MeasurementTable.Of(TextOf(setting.Key), [.. setting]))]);
    }

    // A search for 10 is also judged by the first it found. The depth that was asked for comes first.
    private static IEnumerable<int> DepthsOf(IGrouping<(int K, int Threads), Measurement> setting) => setting
        .SelectMany(one => one.Figures.Keys)
        .Where(name => name.StartsWith(Figure, StringComparison.Ordinal))
        .Select(name => int.TryParse(name[Figure.Length..], CultureInfo.InvariantCulture, out var depth) ? depth : 0)
        .Where(depth => depth > 0).Distinct().OrderBy(depth => depth == setting.Key.K ? 0 : depth);

    private static Measurement AtDepth(Measurement one, int depth) => depth == SettingOf(one).K ? one : one with
    {
        Parameters = new Dictionary<string, object>(one.Parameters) { ["k"] = depth },
    };

    private static Chart ChartOf(string title, int depth, IReadOnlyList<Measurement> points, ResultSet results)
    {
        var all = points.GroupBy(one => (one.Engine, one.Variant)).Select(line => new Series(
            ResultSet.NameOf(line.First()),
            results.Palette.StyleOf(line.First()),
            PointsOf([.. line]))).ToArray();
        var lines = WithoutLonelyPoints(all);
        var drawn = lines.SelectMany(line => line.Points).ToArray();
        var across = new RecallAxis($"recall@{depth}", [.. drawn.Select(point => point.X)]);
        var upwards = new LogAxis("queries per second", [.. drawn.Select(point => point.Y)]);
        var below = string.Join("; ", all.Except(lines).Select(line => FormattableString.Invariant(
            $"{line.Name} {FigureText.Number(line.Points[0].Y)}/s at recall {FigureText.Recall(line.Points[0].X)}")));
        return new Chart(
            title,
            new LineChart(across, upwards, lines).Draw($"Queries per second over recall, {title}"),
            below.Length > 0 ? $"Below the chart: {below}." : "");
    }

    // Exact search is one slow point: drawn far below the curves, it would flatten them.
    private static Series[] WithoutLonelyPoints(Series[] lines)
    {
        var curves = lines.Where(line => line.Points.Count > 1).ToArray();
        if (curves.Length == 0)
        {
            return lines;
        }

        var floor = curves.SelectMany(line => line.Points).Min(point => point.Y) / LonelyFactor;
        return [.. lines.Where(line => line.Points.Count > 1 || line.Points[0].Y >= floor)];
    }

    private static SeriesPoint[] PointsOf(IReadOnlyList<Measurement> line)
    {
        var frontier = Comparison.Curve(line).Select(point => (point.Recall, point.Qps)).ToHashSet();
        return
        [
            .. from one in line
               let point = (Recall: RecallOf(one)!.Value, Qps: one.Figures["qps"])
               orderby point.Recall
               select new SeriesPoint(point.Recall, point.Qps, TooltipOf(one), frontier.Contains(point)),
        ];
    }

    private static string TooltipOf(Measurement one)
    {
        var latency = one.Figures.TryGetValue("p99_ms", out var p99) ? $"\np99 {FigureText.Number(p99)} ms" : "";
        return $"{ResultSet.NameOf(one)} {Comparison.EffortOf(one)}".TrimEnd()
            + $"\nrecall {FigureText.Value("recall", RecallOf(one)!.Value)}"
            + $"\n{FigureText.Number(one.Figures["qps"])} queries/s{latency}";
    }
}
