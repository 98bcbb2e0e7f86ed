using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>What this machine can do at most.</summary>
internal sealed class LimitsSection : ISection
{
    private const string Name = "limits";

    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [Name];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        Cell[][] rows = [.. results.Of(Name).SelectMany(one => one.Figures.Select(figure => RowOf(one, figure.Key)))];
        return rows.Length == 0 ? null : new ReportSection(Name, "Limits of the machine",
        [
            new Prose("Measured in the same run; other experiments say their share of these."),
            new DataTable(
                "",
                [
                    new Column("limit"), new Column("figure"), new Column("setting"),
                    new Column("value", IsNumber: true), new Column("unit"), new Column("noise", IsNumber: true),
                ],
                rows),
            .. ExperimentFacts.Of(results, Name),
        ]);
    }

    private static Cell[] RowOf(Measurement one, string figure) =>
    [
        one.Variant,
        FigureText.Words(figure),
        string.Join(", ", one.Parameters.Select(pair =>
            $"{FigureText.Words(pair.Key)} {FigureText.Setting(pair.Key, pair.Value)}")),
        FigureText.Value(figure, one.Figures[figure]),
        FigureText.UnitOf(figure),
        one.Noise.TryGetValue(figure, out var noise) ? "± " + FigureText.Percent(noise) : "",
    ];
}
