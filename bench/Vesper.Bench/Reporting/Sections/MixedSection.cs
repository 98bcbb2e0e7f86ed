using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>A course of windows of time, in which searches ran alone or beside writes.</summary>
internal sealed class MixedSection : ISection
{
    private const string Name = "mixed";
    private const string Time = "course_s";

    private static readonly SweepChart[] Sweeps =
        [.. new[] { "recall_10", "p99_ms", "qps" }.Select(figure => new SweepChart(Time, "seconds", figure, "window"))];

    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [Name];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var blocks = new List<Block>
        {
            new Prose(
                "Windows of time one after the other: searches alone, beside inserts and deletes, and alone "
                + "again."),
        };
        foreach (var data in results.ByDataset(Name))
        {
            blocks.Add(new Heading(ResultSet.TitleOf(data.Key)));
            blocks.AddRange(SweepChart.Draw(data.Key?.Name ?? Name, Sweeps, InTime([.. data]), results));
            blocks.Add(new Details("All figures", [MeasurementTable.Of("", [.. data])], IsInMarkdown: true));
        }

        blocks.AddRange(ExperimentFacts.Of(results, Name));
        return blocks.Count > 1 ? new ReportSection(Name, "Searching while writing", blocks) : null;
    }

    // A window is numbered within its phase; phases follow each other as they were written.
    private static List<Measurement> InTime(IReadOnlyList<Measurement> windows)
    {
        var course = new List<Measurement>();
        var end = 0.0;
        foreach (var window in windows.Where(one => one.Figures.ContainsKey("qps")))
        {
            end += ResultSet.NumberOf(window, "window_s") ?? 1;
            course.Add(window with { Parameters = new Dictionary<string, object>(window.Parameters) { [Time] = end } });
        }

        return course;
    }
}
