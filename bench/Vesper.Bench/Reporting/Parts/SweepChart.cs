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
        string[] across = [.. sweeps.SelectMany(sweep => sweep.Along.Prepend(sweep.Parameter))];
        var all = SweepLine.Of(measurements, across, results);
        var drawn = sweeps.Select(sweep => (sweep, lines: all.Select(sweep.SeriesOf).Where(HasPoints).ToArray()))
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

    private static bool HasPoints(Series line) => line.Points.Count > 0;

    private Series SeriesOf(SweepLine line)
    {
        var shown = line.Measurements.Where(one => XOf(one) is not null && one.Figures.ContainsKey(Figure));
        return new Series(line.Name, line.Style, [.. shown.Select(PointOf).OrderBy(point => point.X)]);
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
