using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>An experiment whose figures are bars, by data set, and a table.</summary>
/// <param name="experiment">Its name, and the section's anchor.</param>
/// <param name="title">The heading.</param>
/// <param name="explanation">How to read it.</param>
/// <param name="figures">What is drawn.</param>
internal sealed class BarSection(
    string experiment, string title, string explanation, params string[] figures) : ISection
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [experiment];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var blocks = new List<Block> { new Prose(explanation) };
        foreach (var data in results.ByDataset(experiment))
        {
            blocks.Add(new Heading(ResultSet.TitleOf(data.Key)));
            blocks.AddRange(FigureBars.Draw(data.Key?.Name ?? "no data set", figures, [.. data], results));
            blocks.Add(new Details("All figures", [MeasurementTable.Of("", [.. data])], IsInMarkdown: true));
        }

        blocks.AddRange(ExperimentFacts.Of(results, experiment));
        return blocks.Count > 1 ? new ReportSection(experiment, title, blocks) : null;
    }
}
