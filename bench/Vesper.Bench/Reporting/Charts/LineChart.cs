using System.Xml.Linq;

namespace Vesper.Bench.Reporting.Charts;

/// <summary>Points of a series, and the line through those that are on it.</summary>
/// <param name="Name">Said when a pointer rests on it.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="Points">By x.</param>
internal sealed record Series(string Name, SeriesStyle Style, IReadOnlyList<SeriesPoint> Points);

/// <summary>A point.</summary>
/// <param name="X">Across.</param>
/// <param name="Y">Upwards.</param>
/// <param name="Tooltip">What is known of it.</param>
/// <param name="IsOnLine">Whether the line of its series goes through it; otherwise it is faint.</param>
internal sealed record SeriesPoint(double X, double Y, string Tooltip, bool IsOnLine = true);

/// <summary>Lines over two axes.</summary>
/// <param name="across">The axis of x.</param>
/// <param name="upwards">The axis of y.</param>
/// <param name="series">The lines.</param>
/// <param name="isCompact">Whether it is made for a third of the page, rather than for a half.</param>
internal sealed class LineChart(Axis across, Axis upwards, IReadOnlyList<Series> series, bool isCompact = false)
{
    private const double Left = 68;
    private const double Right = 18;
    private const double Top = 12;
    private const double Bottom = 46;
    private const double TextGap = 8;
    private readonly double _width = isCompact ? 460 : 600;
    private readonly double _height = isCompact ? 310 : 430;

    /// <summary>Draws it.</summary>
    /// <param name="label">What it shows, for those who do not see it.</param>
    public XElement Draw(string label) => Svg.Drawing(_width, _height, label, Grid(), series.Select(Draw));

    private double X(double place) => Left + (place * (_width - Left - Right));

    private double Y(double place) => _height - Bottom - (place * (_height - Top - Bottom));

    private IEnumerable<XElement> Grid()
    {
        foreach (var (value, text) in upwards.Ticks)
        {
            var y = Y(upwards.PlaceOf(value));
            yield return Svg.Line(text.Length > 0 ? "grid" : "grid minor", Left, y, _width - Right, y);
            yield return Svg.Text(text, Left - TextGap, y + 4, "end");
        }

        var end = 0.0;
        foreach (var (value, text) in across.Ticks)
        {
            var x = X(across.PlaceOf(value));
            yield return Svg.Line("grid", x, Top, x, _height - Bottom);
            var half = Svg.WidthOf(text) / 2;
            if (text.Length > 0 && x - half > end)
            {
                end = x + half + TextGap;
                yield return Svg.Text(text, x, _height - Bottom + 18, "middle");
            }
        }

        yield return Svg.Text(across.Label, (Left + _width - Right) / 2, _height - 8, "middle", "axis");
        yield return Svg.Upwards(upwards.Label, 14, (Top + _height - Bottom) / 2);
    }

    private XElement Draw(Series one)
    {
        var line = one.Points.Where(point => point.IsOnLine).Select(PlaceOf).ToArray();
        return Svg.Element(
            "g",
            Svg.Class($"series {one.Style.Class}"),
            line.Length > 1 ? Svg.Path(one.Style, line) : null,
            one.Points.Select(point => Mark(one, point)));
    }

    private XElement Mark(Series one, SeriesPoint point)
    {
        var (x, y) = PlaceOf(point);
        var mark = Svg.Marker(one.Style, x, y, point.IsOnLine ? 3.4 : 2.4);
        mark.Add(Svg.Tooltip(point.Tooltip));
        if (!point.IsOnLine)
        {
            mark.SetAttributeValue("opacity", "0.45");
        }

        return mark;
    }

    private (double X, double Y) PlaceOf(SeriesPoint point) =>
        (X(across.PlaceOf(point.X)), Y(upwards.PlaceOf(point.Y)));
}
