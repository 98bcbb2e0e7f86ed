namespace Vesper.Bench.Reporting.Charts;

/// <summary>How a series is told from the others: a colour and a marker by engine, dashes by variant.</summary>
/// <param name="Colour">Number of a colour of the page.</param>
/// <param name="Marker">Number of a shape.</param>
/// <param name="Dash">Number of a pattern.</param>
/// <param name="IsHollow">Whether its markers are outlines.</param>
internal readonly record struct SeriesStyle(int Colour, int Marker = 0, int Dash = 0, bool IsHollow = false)
{
    /// <summary>Shapes of markers.</summary>
    public const int Markers = 6;

    private static readonly string[] Patterns = ["", "7 4", "2 3", "11 4 2 4", "14 6", "5 3 1 3 1 3"];

    /// <summary>Patterns of dashes.</summary>
    public static int Dashes => Patterns.Length;

    /// <summary>The classes of an element in this colour.</summary>
    public string Class => $"c{Colour % ColourRange.Count}";

    /// <summary>The pattern as SVG has it, or null for a whole line.</summary>
    public string? DashArray => Patterns[Dash % Dashes] is { Length: > 0 } pattern ? pattern : null;
}
