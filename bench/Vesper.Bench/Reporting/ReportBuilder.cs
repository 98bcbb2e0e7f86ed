using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;
using Vesper.Bench.Reporting.Sections;

namespace Vesper.Bench.Reporting;

/// <summary>Makes the report of measurements. A new experiment's section is one line here.</summary>
internal static class ReportBuilder
{
    private static readonly ISection[] Known =
    [
        new MachineSection(),
        new NoiseSection(),
        new RatioSection(),
        new RecallSection(),
        new LatencySection(),
        new BarSection(
            "build",
            "Building",
            "Shorter is better. The time is that of training and adding all rows; what else an engine cannot "
            + "keep out of it is said below. Peak memory is the highest resident set of the process, index "
            + "size that of the files.",
            "build_s",
            "peak_rss_bytes",
            "index_bytes"),
        new BarSection(
            "persist",
            "Saving and opening",
            "Shorter is better. Opening ends with the answer to a first query, in a new process; cold is "
            + "with the files dropped from the page cache.",
            "save_s",
            "cold_open_s",
            "warm_open_s"),
        new SweepSection(
            "filter",
            "Filtered search",
            "Searches that only a share of the points may answer, over that share: what a filter does to "
            + "recall, and how long a search takes against one without a filter.",
            new SweepChart("selectivity", "share of points that match", "recall_10"),
            new SweepChart("selectivity", "share of points that match", "time_ratio"),
            new SweepChart("selectivity", "share of points that match", "qps")),
        new MemorySection(),
        new SweepSection(
            "durable",
            "Durable writes",
            "Acknowledged points per second, by durability level and points a batch.",
            new SweepChart("batch", "points a batch", "points_per_s"),
            new SweepChart("batch", "points a batch", "p99_ms")),
        new SweepSection(
            "recover",
            "Recovery",
            "Opening after a crash, when the log must be replayed, and after a clean close.",
            new SweepChart("log_bytes", "log (MiB)", "mb_per_s", "points"),
            new SweepChart("points", "points", "open_ms", "data_bytes"),
            new SweepChart("points", "points", "first_search_ms", "data_bytes")),
        new MixedSection(),
        new LimitsSection(),
    ];

    private static readonly ISection[] Sections =
        [.. Known, new OtherSection(Known), new SkippedSection(), new FactsSection()];

    /// <summary>The report.</summary>
    /// <param name="measurements">The latest of each.</param>
    /// <param name="warnings">What a reader must know of the file that they come from.</param>
    public static ReportPage Build(IReadOnlyList<Measurement> measurements, IReadOnlyList<string> warnings)
    {
        var results = new ResultSet(measurements);
        var sections = Sections.Select(section => section.Make(results)).OfType<ReportSection>().ToList();
        if (warnings.Count > 0)
        {
            var blocks = warnings.Select(text => new Prose(text, IsWarning: true));
            sections.Insert(0, new ReportSection("warnings", "Warnings", [.. blocks]));
        }

        var engines = measurements.Where(one => one.Skipped is null).Select(one => one.Engine).Distinct()
            .OrderBy(results.Palette.OrderOf).ToArray();
        var count = FormattableString.Invariant($"{measurements.Count:#,0}");
        var measured = $"Measured: {string.Join(", ", engines)}. {count} results.";
        return new ReportPage("Vesper benchmarks", measured, sections);
    }
}
