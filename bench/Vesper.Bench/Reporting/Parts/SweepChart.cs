using System.Xml.Linq;
using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Charts;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Parts;

/// <summary>A figure over a parameter, a line for each setting of the others.</summary>
/// <param name="Parameter">The parameter, or another figure, across.</param>
/// <param name="Across">What it is, with its unit.</param>
/// <param name="Figure">The figure upwards.</param>
/// <param name="Along">Parameters that change with the one across, and are none of their own.</param>
internal sealed record SweepChart(string Parameter, string Across, string Figure, params string[] Along)
{
    private const double LogFrom = 25;

    // An axis of recall has some room, so that small differences look small.
    private const double RecallFrom = 0.98;

    /// <summary>One legend and a chart for each sweep that has data.</summary>
    public static IEnumerable<Block> Draw(
        string title, IReadOnlyList<SweepChart> sweeps, IReadOnlyList<Measurement> measurements, ResultSet results)
    {
        var drawn = sweeps.Select(sweep => (sweep, lines: sweep.LinesOf(measurements, results)))
            .Where(one => one.lines.Any(line => line.Points.Count > 1)).ToArray();
        if (drawn.Length == 0)
        {
            yield break;
        }

        var entries = drawn.SelectMany(one => one.lines).DistinctBy(line => line.Name)
            .Select(line => new LegendEntry(line.Name, line.Style)).ToArray();
        if (entries.Length > 1)
        {
            yield return new Legend(entries);
        }

        var charts = drawn.Select(one => new Chart($"{one.sweep.Heading} · {title}", one.sweep.Draw(title, one.lines)));
        yield return new ChartGrid([.. charts], IsDense: true);
    }

    private string Heading => FigureText.Heading(Figure);

    private XElement Draw(string title, IReadOnlyList<Series> lines)
    {
        var xs = lines.SelectMany(line => line.Points).Select(point => point.X).ToArray();
        var ys = lines.SelectMany(line => line.Points).Select(point => point.Y).ToArray();
        var isRecall = Figure.StartsWith("recall", StringComparison.Ordinal);
        Axis upwards = isRecall
            ? new LinearAxis(Heading, [.. ys, RecallFrom, 1], fromZero: false)
            : AxisOf(Heading, ys);
        var chart = new LineChart(AxisOf(Across, xs), upwards, lines, isCompact: true);
        return chart.Draw($"{Heading} over {Across} · {title}");
    }

    private static Axis AxisOf(string label, double[] values) =>
        values.Min() > 0 && values.Max() / values.Min() > LogFrom
        ? new LogAxis(label, values)
        : new LinearAxis(label, values);

    private List<Series> LinesOf(IReadOnlyList<Measurement> measurements, ResultSet results)
    {
        var shown = measurements.Where(one => XOf(one) is not null && one.Figures.ContainsKey(Figure)).ToArray();
        var others = shown.SelectMany(one => one.Parameters.Keys).Distinct()
            .Where(name => name != Parameter && !Along.Contains(name) && TellsMoreThanVariant(name, shown)).ToArray();
        var hasOneEngine = shown.Select(one => one.Engine).Distinct().Count() == 1;
        var hasOneVariant = hasOneEngine && shown.Select(one => one.Variant).Distinct().Count() == 1;
        var groups = shown.GroupBy(one => LineNameOf(one, others, hasOneEngine, hasOneVariant)).ToArray();
        Func<Measurement, string> hueOf = hasOneEngine ? one => one.Variant : one => one.Engine;
        var hues = groups.GroupBy(line => hasOneVariant ? line.Key : hueOf(line.First())).ToArray();
        return
        [
            .. hues.SelectMany((hue, number) => hue.Select((line, dash) => new Series(
                line.Key,
                hasOneEngine
                    ? new SeriesStyle(number, number, dash)
                    : results.Palette.StyleOf(hue.Key) with { Dash = dash },
                [.. line.Select(PointOf).OrderBy(point => point.X)]))),
        ];
    }

    private static bool TellsMoreThanVariant(string name, IEnumerable<Measurement> shown) => shown
        .GroupBy(ResultSet.NameOf)
        .Any(variant => variant.Select(one => Comparison.ParameterOf(one, name)).Distinct().Count() > 1);

    private static string LineNameOf(Measurement one, string[] others, bool hasOneEngine, bool hasOneVariant)
    {
        var settings = others.Where(one.Parameters.ContainsKey).Select(name => SettingOf(one, name)).ToArray();
        var name = hasOneVariant && settings.Length > 0 ? ""
            : hasOneEngine && one.Variant.Length > 0 ? one.Variant
            : ResultSet.NameOf(one);
        return string.Join(", ", settings.Prepend(name).Where(word => word.Length > 0));
    }

    private static string SettingOf(Measurement one, string name)
    {
        var text = FigureText.Setting(name, one.Parameters[name]);
        return ResultSet.NumberOf(one, name) is null ? text : $"{FigureText.Words(name)} {text}";
    }

    private SeriesPoint PointOf(Measurement one)
    {
        var x = XOf(one)!.Value;
        var y = one.Figures[Figure];
        var tooltip = $"{ResultSet.NameOf(one)}\n{Across}: {FigureText.Number(x)}\n"
            + string.Join('\n', one.Figures.Select(pair =>
                $"{FigureText.Words(pair.Key)}: {FigureText.ValueAndUnit(pair.Key, pair.Value)}"));
        return new SeriesPoint(x, FigureText.Scaled(Figure, y), tooltip);
    }

    private double? XOf(Measurement one) => one.Figures.TryGetValue(Parameter, out var figure)
        ? FigureText.Scaled(Parameter, figure)
        : ResultSet.NumberOf(one, Parameter);
}
