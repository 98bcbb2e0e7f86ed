using System.Globalization;
using System.Xml.Linq;

namespace Vesper.Bench.Reporting.Charts;

/// <summary>Elements of a drawing.</summary>
internal static class Svg
{
    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    /// <summary>A drawing that is as wide as its place, and says what it shows.</summary>
    public static XElement Drawing(double width, double height, string label, params object?[] content) => Element(
        "svg",
        new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
        new XAttribute("role", "img"),
        new XAttribute("aria-label", label),
        content);

    /// <summary>Any element.</summary>
    public static XElement Element(string name, params object?[] content) => new(Space + name, content);

    /// <summary>A line.</summary>
    public static XElement Line(string style, double x1, double y1, double x2, double y2) => Element(
        "line", Class(style), At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2));

    /// <summary>Text; <paramref name="anchor"/> is <c>start</c>, <c>middle</c> or <c>end</c>.</summary>
    public static XElement Text(string text, double x, double y, string anchor = "start", string style = "") => Element(
        "text",
        style.Length > 0 ? Class(style) : null,
        At("x", x),
        At("y", y),
        anchor == "start" ? null : new XAttribute("text-anchor", anchor),
        text);

    /// <summary>Text that runs upwards, around its middle.</summary>
    public static XElement Upwards(string text, double x, double y)
    {
        var element = Text(text, x, y, "middle", "axis");
        element.Add(new XAttribute("transform", $"rotate(-90 {Number(x)} {Number(y)})"));
        return element;
    }

    /// <summary>A rectangle.</summary>
    public static XElement Rectangle(string style, double x, double y, double width, double height) => Element(
        "rect", Class(style), At("x", x), At("y", y), At("width", width), At("height", height));

    /// <summary>What is shown when a pointer rests on an element.</summary>
    public static XElement Tooltip(string text) => Element("title", text);

    /// <summary>A marker around a point.</summary>
    public static XElement Marker(SeriesStyle style, double x, double y, double size = 4) => Element(
        "path",
        Class(style.IsHollow ? "mark hollow" : "mark"),
        new XAttribute("d", Shape(style.Marker % SeriesStyle.Markers, x, y, size)));

    /// <summary>A line through points.</summary>
    public static XElement Path(SeriesStyle style, IEnumerable<(double X, double Y)> points) => Element(
        "path",
        Class("curve"),
        new XAttribute("d", "M" + string.Join('L', points.Select(point => $"{Number(point.X)} {Number(point.Y)}"))),
        style.DashArray is { } dashes ? new XAttribute("stroke-dasharray", dashes) : null);

    /// <summary>The style of an element.</summary>
    public static XAttribute Class(string style) => new("class", style);

    /// <summary>About how wide a text is.</summary>
    public static double WidthOf(string text) => text.Length * 6.9;

    /// <summary>A coordinate.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static XAttribute At(string name, double value) => new(name, Number(value));

    private static string Shape(int marker, double x, double y, double r) => marker switch
    {
        0 => $"M{Number(x - r)} {Number(y)}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z",
        1 => Polygon(x, y, r * 0.9, (-1, -1), (1, -1), (1, 1), (-1, 1)),
        2 => Polygon(x, y, r * 1.15, (0, -1), (1, 0.8), (-1, 0.8)),
        3 => Polygon(x, y, r * 1.3, (0, -1), (1, 0), (0, 1), (-1, 0)),
        4 => Polygon(x, y, r * 1.15, (0, 1), (1, -0.8), (-1, -0.8)),
        _ => Polygon(
            x, y, r * 1.1, (-1, -0.35), (-0.35, -0.35), (-0.35, -1), (0.35, -1), (0.35, -0.35), (1, -0.35), (1, 0.35),
            (0.35, 0.35), (0.35, 1), (-0.35, 1), (-0.35, 0.35), (-1, 0.35)),
    };

    private static string Polygon(double x, double y, double r, params (double X, double Y)[] corners) =>
        "M" + string.Join('L', corners.Select(corner => $"{Number(x + (corner.X * r))} {Number(y + (corner.Y * r))}"))
        + "z";
}
