namespace Vesper.Bench.Reporting.Charts;

/// <summary>The colours of series, on white and on black; told apart also by most who see few colours.</summary>
internal static class ColourRange
{
    private static readonly (string Light, string Dark)[] Colours =
    [
        ("#1d4ed8", "#7aa7ff"), ("#c2410c", "#ff9a5c"), ("#047857", "#3ed6a4"), ("#a21caf", "#ee8bf7"),
        ("#a16207", "#e8c34a"), ("#475569", "#a9b6c8"), ("#0e7490", "#4fd3ea"), ("#be123c", "#ff8aa3"),
        ("#4d7c0f", "#a9dd4f"), ("#6d28d9", "#bda3ff"),
    ];

    /// <summary>How many there are.</summary>
    public static int Count => Colours.Length;

    /// <summary>Variables <c>--c0</c>, … of a style sheet.</summary>
    public static string Variables(bool isDark) =>
        string.Concat(Colours.Select((colour, i) => $"--c{i}:{(isDark ? colour.Dark : colour.Light)};"));

    /// <summary>Classes <c>.c0</c>, … that set the variable <c>--c</c>.</summary>
    public static string Classes => string.Concat(Colours.Select((_, i) => $".c{i}{{--c:var(--c{i})}}"));
}
