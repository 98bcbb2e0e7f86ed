using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Parts;

/// <summary>A table of measurements as they are: what they differ by, and all figures.</summary>
internal static class MeasurementTable
{
    private const string None = "–";

    /// <summary>A table, a row a measurement; parameters that are the same in all stand in its caption.</summary>
    public static DataTable Of(string caption, IReadOnlyList<Measurement> measurements)
    {
        var names = measurements.SelectMany(one => one.Parameters.Keys).Distinct().ToArray();
        var varying = names.Where(name => measurements.Select(one => TextOf(one, name)).Distinct().Count() > 1)
            .ToArray();
        var common = names.Except(varying)
            .Select(name => $"{FigureText.Heading(name)} {TextOf(measurements[0], name)}");
        var figures = measurements.SelectMany(one => one.Figures.Keys).Distinct().ToArray();
        var shares = measurements.SelectMany(one => one.LimitShares.Keys).Distinct().ToArray();
        var hasDatasets = measurements.Select(one => one.Dataset).Distinct().Count() > 1;
        Column[] columns =
        [
            .. hasDatasets ? [new Column("data set")] : Array.Empty<Column>(),
            new Column("engine"),
            .. varying.Select(name => new Column(FigureText.Heading(name), IsNumeric(measurements, name))),
            .. figures.Select(name => new Column(FigureText.Heading(name), IsNumber: true)),
            .. shares.Select(name => new Column($"share of {FigureText.Words(name)}", IsNumber: true)),
        ];
        return new DataTable(
            string.Join("; ", common.Prepend(caption).Where(text => text.Length > 0)),
            columns,
            [
                .. measurements.Select(one => (Cell[])
                [
                    .. hasDatasets ? [one.Dataset?.Name ?? None] : Array.Empty<Cell>(),
                    ResultSet.NameOf(one) + (one.Twin ? " (again)" : ""),
                    .. varying.Select(name => (Cell)(TextOf(one, name) ?? None)),
                    .. figures.Select(name => FigureOf(one, name)),
                    .. shares.Select(name => ShareOf(one, name)),
                ]),
            ]);
    }

    /// <summary>A figure's value, with its noise when it was repeated.</summary>
    public static Cell FigureOf(Measurement one, string name)
    {
        if (!one.Figures.TryGetValue(name, out var value))
        {
            return new Cell(None, Tone.Muted);
        }

        var noise = one.Noise.GetValueOrDefault(name);
        return FigureText.Value(name, value) + (noise > 0 ? $" ± {FigureText.Percent(noise)}" : "");
    }

    private static Cell ShareOf(Measurement one, string name) =>
        one.LimitShares.TryGetValue(name, out var share) ? FigureText.Percent(share) : new Cell(None, Tone.Muted);

    private static string? TextOf(Measurement one, string name) =>
        one.Parameters.TryGetValue(name, out var value) ? FigureText.Setting(name, value) : null;

    private static bool IsNumeric(IReadOnlyList<Measurement> measurements, string name) =>
        measurements.All(one => !one.Parameters.ContainsKey(name) || ResultSet.NumberOf(one, name) is not null);
}
