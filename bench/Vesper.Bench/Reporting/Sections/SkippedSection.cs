using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>What was not measured, and why.</summary>
internal sealed class SkippedSection : ISection
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        Cell[][] rows =
        [
            .. results.All.Where(one => one.Skipped is not null)
                .GroupBy(one => (Name: ResultSet.NameOf(one), one.Dataset?.Name, one.Skipped))
                .Select(group => (Cell[])
                [
                    group.Key.Name, group.Key.Item2 ?? "–",
                    string.Join(", ", group.Select(one => one.Experiment).Distinct()), group.Key.Skipped!,
                ]),
        ];
        return rows.Length == 0 ? null : new ReportSection("skipped", "Skipped",
        [
            new DataTable(
                "",
                [new Column("what"), new Column("data set"), new Column("experiments"), new Column("reason")],
                rows),
        ]);
    }
}
