using System.Globalization;
using System.Text.Json;

namespace Vesper.Cli.Terminal;

/// <summary>Numbers, payloads and vectors as people read them.</summary>
internal static class Shown
{
    private const int MaxSummaryCharacters = 160;
    private const int MaxValueCharacters = 60;
    private const int VectorComponentsShown = 6;

    /// <summary>With separators, to a number of decimals.</summary>
    public static string Number(double value, int decimals = 0) =>
        value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Bytes in the unit that fits.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        var value = (double)bytes;
        for (; value >= 1024 && unit < units.Length - 1; unit++)
        {
            value /= 1024;
        }

        return $"{Number(value, unit == 0 ? 0 : 1)} {units[unit]}";
    }

    /// <summary>The first keys of a payload on one line.</summary>
    public static string Summary(Payload? payload)
    {
        if (payload is null)
        {
            return "";
        }

        using var document = JsonDocument.Parse(payload.Utf8);
        var text = string.Join("  ", document.RootElement.EnumerateObject()
            .Select(key => $"{key.Name}={Clip(key.Value.ToString(), MaxValueCharacters)}"));
        return Clip(text, MaxSummaryCharacters);
    }

    /// <summary>The first components of a vector.</summary>
    public static string Vector(float[] vector)
    {
        var shown = string.Join(
            ", ",
            vector.Take(VectorComponentsShown).Select(value => value.ToString("G5", CultureInfo.InvariantCulture)));
        return vector.Length <= VectorComponentsShown ? $"[{shown}]" : $"[{shown}, … {vector.Length}]";
    }

    /// <summary>Vectors by field, one a line.</summary>
    public static string Vectors(IReadOnlyDictionary<string, float[]> vectors) => string.Join(
        '\n', vectors.Select(pair => (pair.Key.Length == 0 ? "" : pair.Key + " ") + Vector(pair.Value)));

    /// <summary>An id on one line.</summary>
    public static string Id(PointId id) => Harmless(id.ToString());

    /// <summary>
    /// A text whose control characters stand as <c>\u001b</c> and the like: what a payload holds must not move the
    /// cursor or change the colours of whoever reads it.
    /// </summary>
    public static string Harmless(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(each => char.IsControl(each)
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)each:x4}")
            : each.ToString()))
        : text;

    /// <summary>A text on one line, cut where it is longer.</summary>
    public static string Clip(string text, int characters)
    {
        var line = Harmless(text.ReplaceLineEndings(" "));
        return line.Length <= characters ? line : line[..(characters - 1)] + "…";
    }
}
