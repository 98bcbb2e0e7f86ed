using System.Xml.Linq;

namespace Vesper.Bench.Reporting.Charts;

/// <summary>A bar: one part, or several on end.</summary>
/// <param name="Name">Left of it.</param>
/// <param name="Parts">From the left.</param>
/// <param name="Text">Right of it.</param>
/// <param name="Noise">The share by which its length is uncertain, drawn as a whisker; 0 for none.</param>
internal sealed record Bar(string Name, IReadOnlyList<BarPart> Parts, string Text, double Noise = 0)
{
    /// <summary>Its length.</summary>
    public double Value => Parts.Sum(part => part.Value);
}

/// <summary>A part of a bar.</summary>
internal sealed record BarPart(double Value, SeriesStyle Style, string Tooltip);

/// <summary>Horizontal bars from zero, one below the other, each with its name and value.</summary>
internal sealed class BarChart(IReadOnlyList<Bar> bars)
{
    private const double Width = 460;
    private const double RowHeight = 22;
    private const double BarHeight = 14;
    private const double Gap = 8;
    private readonly double _left = (2 * Gap) + bars.Max(bar => Svg.WidthOf(bar.Name));
    private readonly double _right = (2 * Gap) + bars.Max(bar => Svg.WidthOf(bar.Text));
    private readonly double _full = bars.Max(bar => bar.Value * (1 + bar.Noise));

    /// <summary>Draws them.</summary>
    /// <param name="label">What they show, for those who do not see it.</param>
    public XElement Draw(string label)
    {
        var height = (bars.Count * RowHeight) + Gap;
        return Svg.Drawing(
            Width,
            height,
            label,
            bars.Select(Draw),
            Svg.Line("base", _left, Gap / 2, _left, height - (Gap / 2)));
    }

    private XElement Draw(Bar bar, int row)
    {
        var middle = (Gap / 2) + ((row + 0.5) * RowHeight);
        var drawing = Svg.Element("g", Svg.Text(bar.Name, _left - Gap, middle + 4, "end"));
        var x = _left;
        foreach (var part in bar.Parts)
        {
            var length = LengthOf(part.Value);
            var rectangle = Svg.Rectangle($"bar {part.Style.Class}", x, middle - (BarHeight / 2), length, BarHeight);
            rectangle.Add(Svg.Tooltip(part.Tooltip));
            drawing.Add(rectangle);
            x += length;
        }

        var end = x + LengthOf(bar.Value * bar.Noise);
        if (end - x > 1)
        {
            drawing.Add(Svg.Line("whisker", x - (end - x), middle, end, middle));
        }

        drawing.Add(Svg.Text(bar.Text, end + Gap, middle + 4, "start", "value"));
        return drawing;
    }

    private double LengthOf(double value) =>
        _full > 0 ? Math.Max(0, value) / _full * (Width - _left - _right) : 0;
}
