using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>What a reader must know of each engine whose searches were measured.</summary>
internal sealed class FactsSection : ISection
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        Cell[][] rows =
        [
            .. results.FactsOf(one => one.Experiment == RecallSection.Name)
                .Select(pair => (Cell[])[pair.Engine, pair.Fact]),
        ];
        return rows.Length == 0 ? null : new ReportSection("facts", "What to know of the engines",
        [
            new DataTable("", [new Column("engine"), new Column("what it says of itself")], rows),
        ]);
    }
}
