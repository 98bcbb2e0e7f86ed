using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>How long single searches take, at one recall.</summary>
internal sealed class LatencySection : ISection
{
    private const double Recall = 0.95;
    private static readonly string[] Figures = ["p50_ms", "p95_ms", "p99_ms"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var settings = results.ByDataset(RecallSection.Name)
            .SelectMany(data => RecallSection.BySetting(data).Select(setting => (data.Key, Setting: setting)))
            .ToArray();
        if (settings.Length == 0)
        {
            return null;
        }

        var k = settings.Any(one => one.Setting.Key.K == 10) ? 10 : settings[0].Setting.Key.K;
        DataTable[] tables =
        [
            .. from one in settings
               where one.Setting.Key.K == k
               let best = one.Setting.GroupBy(point => point.Engine)
                   .Select(engine => BestOf([.. engine])).OfType<Measurement>().OrderBy(results.OrderOf).ToArray()
               where best.Length > 0
               select TableOf($"{one.Key?.Name}, {RecallSection.TextOf(one.Setting.Key)}", best),
        ];
        return tables.Length == 0 ? null : new ReportSection("latency", "Latency of a search",
        [
            new Prose(
                $"Of each engine the measured point with the highest throughput at a recall@{k} of at least "
                + $"{FigureText.Recall(Recall)}."),
            .. tables,
        ]);
    }

    private static DataTable TableOf(string caption, IReadOnlyList<Measurement> points) => new(
        caption,
        [
            new Column("engine"), new Column("effort"), new Column("recall", IsNumber: true),
            new Column("QPS", IsNumber: true),
            .. Figures.Select(name => new Column(FigureText.Heading(name), IsNumber: true)),
        ],
        [.. points.Select(RowOf)]);

    private static Measurement? BestOf(IReadOnlyList<Measurement> points) => points
        .Where(one => RecallSection.RecallOf(one) >= Recall && one.Figures.ContainsKey(Figures[0]))
        .MaxBy(one => one.Figures.GetValueOrDefault("qps"));

    private static Cell[] RowOf(Measurement one) =>
    [
        ResultSet.NameOf(one),
        Comparison.EffortOf(one),
        FigureText.Value("recall", RecallSection.RecallOf(one)!.Value),
        FigureText.Value("qps", one.Figures.GetValueOrDefault("qps")),
        .. Figures.Select(name =>
            one.Figures.TryGetValue(name, out var value) ? (Cell)FigureText.Value(name, value) : "–"),
    ];
}
