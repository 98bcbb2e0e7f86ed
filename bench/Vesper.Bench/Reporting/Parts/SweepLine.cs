using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Charts;

namespace Vesper.Bench.Reporting.Parts;

/// <summary>The measurements of one setting, whose figures make one line in each chart of an experiment.</summary>
/// <param name="Name">What sets them apart from the others.</param>
/// <param name="Style">How it is drawn, alike in all the charts.</param>
/// <param name="Measurements">What it is made of.</param>
internal sealed record SweepLine(string Name, SeriesStyle Style, IReadOnlyList<Measurement> Measurements)
{
    /// <summary>
    /// The lines of measurements: of one engine a colour a variant, of several a colour an engine; dashes for the rest.
    /// </summary>
    /// <param name="measurements">All that is drawn.</param>
    /// <param name="across">Parameters that are no setting: they run along the lines.</param>
    /// <param name="results">Where the styles of engines are.</param>
    public static IReadOnlyList<SweepLine> Of(
        IReadOnlyList<Measurement> measurements, IReadOnlyCollection<string> across, ResultSet results)
    {
        var settings = measurements.SelectMany(one => one.Parameters.Keys).Distinct()
            .Where(name => !across.Contains(name) && TellsMoreThanVariant(name, measurements)).ToArray();
        var hasOneEngine = measurements.Select(one => one.Engine).Distinct().Count() == 1;
        var hasOneVariant = measurements.Select(ResultSet.NameOf).Distinct().Count() == 1;
        var lines = measurements.GroupBy(NameOf).ToArray();
        var hues = lines.GroupBy(HueOf);
        return
        [
            .. hues.SelectMany((hue, number) => hue.Select((line, dash) => new SweepLine(
                line.Key,
                hasOneEngine
                    ? new SeriesStyle(number, number, dash)
                    : results.Palette.StyleOf(hue.Key) with { Dash = dash },
                [.. line]))),
        ];

        string HueOf(IGrouping<string, Measurement> line) =>
            hasOneVariant ? line.Key : hasOneEngine ? line.First().Variant : line.First().Engine;

        string NameOf(Measurement one)
        {
            var told = settings.Where(one.Parameters.ContainsKey).Select(name => TextOf(one, name)).ToArray();
            var name = hasOneVariant && told.Length > 0 ? ""
                : hasOneEngine && one.Variant.Length > 0 ? one.Variant
                : ResultSet.NameOf(one);
            return string.Join(", ", told.Prepend(name).Where(word => word.Length > 0));
        }
    }

    // What a variant is named after is the same in all its measurements.
    private static bool TellsMoreThanVariant(string name, IEnumerable<Measurement> measurements) => measurements
        .GroupBy(ResultSet.NameOf)
        .Any(variant => variant.Select(one => Comparison.ParameterOf(one, name)).Distinct().Count() > 1);

    private static string TextOf(Measurement one, string name)
    {
        var text = FigureText.Setting(name, one.Parameters[name]);
        return ResultSet.NumberOf(one, name) is null ? text : $"{FigureText.Words(name)} {text}";
    }
}
