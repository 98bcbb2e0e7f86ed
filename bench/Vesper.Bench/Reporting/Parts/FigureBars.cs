using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Charts;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Parts;

/// <summary>A figure of each engine and variant as a bar.</summary>
internal static class FigureBars
{
    private const int BarsMax = 40;

    /// <summary>A chart for each of the figures that has data, or nothing.</summary>
    public static IEnumerable<Block> Draw(
        string title, IReadOnlyList<string> figures, IReadOnlyList<Measurement> measurements, ResultSet results)
    {
        var charts = figures.Select(figure => ChartOf(title, figure, measurements, results)).OfType<Chart>().ToArray();
        if (charts.Length > 0)
        {
            yield return new ChartGrid(charts, IsDense: true);
        }
    }

    /// <summary>Engine, variant and those parameters that neither is named after, where they differ.</summary>
    public static string NameOf(Measurement one, IReadOnlyList<Measurement> among)
    {
        var namesakes = among.Where(other => ResultSet.NameOf(other) == ResultSet.NameOf(one)).ToArray();
        var telling = one.Parameters.Keys.Where(name =>
            namesakes.Select(other => Comparison.ParameterOf(other, name)).Distinct().Count() > 1);
        return string.Join(", ", telling
            .Select(name => $"{FigureText.Words(name)} {FigureText.Setting(name, one.Parameters[name])}")
            .Prepend(ResultSet.NameOf(one)));
    }

    /// <summary>A chart of one figure, or null when no measurement has it.</summary>
    public static Chart? ChartOf(
        string title, string figure, IReadOnlyList<Measurement> measurements, ResultSet results)
    {
        var shown = measurements.Where(one => one.Figures.ContainsKey(figure)).Take(BarsMax).ToArray();
        if (shown.Length == 0 || shown.All(one => one.Figures[figure] == 0))
        {
            return null;
        }

        var bars = shown.Select(one => BarOf(one, figure, shown, results)).ToArray();
        var heading = $"{FigureText.Words(figure)} · {title}";
        return new Chart(heading, new BarChart(bars).Draw(heading));
    }

    private static Bar BarOf(Measurement one, string figure, IReadOnlyList<Measurement> among, ResultSet results)
    {
        var name = NameOf(one, among);
        var text = FigureText.ValueAndUnit(figure, one.Figures[figure]);
        var part = new BarPart(one.Figures[figure], results.Palette.StyleOf(one), $"{name}: {text}");
        return new Bar(name, [part], text, one.Noise.GetValueOrDefault(figure));
    }
}
