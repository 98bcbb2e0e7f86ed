using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>An experiment whose figures are lines over a parameter, by data set, and a table.</summary>
/// <param name="experiment">Its name, and the section's anchor.</param>
/// <param name="title">The heading.</param>
/// <param name="explanation">How to read it.</param>
/// <param name="sweeps">What is drawn.</param>
internal sealed class SweepSection(
    string experiment, string title, string explanation, params SweepChart[] sweeps) : ISection
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [experiment];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var blocks = new List<Block> { new Prose(explanation) };
        foreach (var data in results.ByDataset(experiment))
        {
            if (data.Key is not null)
            {
                blocks.Add(new Heading(ResultSet.TitleOf(data.Key)));
            }

            blocks.AddRange(SweepChart.Draw(data.Key?.Name ?? experiment, sweeps, [.. data], results));
            blocks.Add(new Details("All figures", [MeasurementTable.Of("", [.. data])], IsInMarkdown: true));
        }

        blocks.AddRange(ExperimentFacts.Of(results, experiment));
        return blocks.Count > 1 ? new ReportSection(experiment, title, blocks) : null;
    }
}
