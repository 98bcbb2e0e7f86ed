using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>Vesper's best against each peer's best, at equal recall.</summary>
internal sealed class RatioSection : ISection
{
    private const string Us = "vesper";
    private static readonly double[] Recalls = [0.90, 0.95, 0.99];

    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var rivalries = results.ByDataset(RecallSection.Name)
            .SelectMany(data => RecallSection.BySetting(data)
                .SelectMany(setting => RivalriesOf(data.Key, setting.Key, [.. setting], results)))
            .ToArray();
        Block[] notClaimed = [.. NotClaimedBecause(results).Select(reason => new Prose(reason, IsWarning: true))];
        if (rivalries.Length == 0 && notClaimed.Length == 0)
        {
            return null;
        }

        return new ReportSection("ratios", "Vesper against its peers at equal recall",
        [
            new Prose(
                "Queries per second of Vesper over those of the peer, each at the variant and effort that is "
                + "best at that recall: 2.00× is twice as fast. Between the two measured points nearest to the "
                + "recall, the logarithm of the throughput is interpolated over recall. ± joins the noise of the "
                + "setting and the spreads of the points on both sides; a difference within it is called none. A dash "
                + "stands where the recall was not reached."),
            .. notClaimed,
            .. rivalries.Length > 0 ? TablesOf(rivalries) : [],
        ]);
    }

    private static Block[] TablesOf(Rivalry[] rivalries)
    {
        var settings = rivalries.GroupBy(one => one.Setting)
            .OrderBy(group => group.Key.K == 10 ? 0 : group.Key.K).ThenBy(group => group.Key.Threads).ToArray();
        var mainK = settings[0].Key.K;
        var main = settings.Where(setting => setting.Key.K == mainK).ToArray();
        return
        [
            .. main.Select(setting => SummaryOf(RecallSection.TextOf(setting.Key), [.. setting])),
            new Details(
                $"The points behind these ratios (k {mainK})",
                [.. main.Select(setting => PointsOf(RecallSection.TextOf(setting.Key), [.. setting]))],
                IsInMarkdown: true),
            .. settings.Except(main).GroupBy(setting => setting.Key.K).Select(other => new Details(
                $"Ratios at k {other.Key}",
                [
                    .. other.Select(setting => SummaryOf(RecallSection.TextOf(setting.Key), [.. setting])),
                    .. other.Select(setting => PointsOf(RecallSection.TextOf(setting.Key), [.. setting])),
                ])),
        ];
    }

    private static IEnumerable<Rivalry> RivalriesOf(
        DatasetFacts? dataset, (int K, int Threads) setting, IReadOnlyList<Measurement> points, ResultSet results)
    {
        var ours = points.Where(one => one.Engine == Us).ToArray();
        if (ours.Length == 0)
        {
            return [];
        }

        var noise = NoiseSection.Of(results, dataset, setting);
        return from peer in points.Where(one => one.Engine != Us).GroupBy(one => one.Engine)
               orderby results.Palette.OrderOf(peer.Key)
               let claimed = peer.Where(one => Comparison.WhyNotClaimed([one]) is null).ToArray()
               where claimed.Length > 0
               select new Rivalry(dataset, setting, peer.Key, ours, claimed, noise);
    }

    private static IEnumerable<string> NotClaimedBecause(ResultSet results)
    {
        if (Comparison.WhyNotClaimed(results.Of(RecallSection.Name)) is { } reason)
        {
            yield return char.ToUpperInvariant(reason[0]) + reason[1..] + ". Their curves are shown all the same; an "
                + "optimised build is measured by naming its Python with --faiss-python.";
        }
    }

    private static DataTable SummaryOf(string setting, IReadOnlyList<Rivalry> rivalries) => new(
        $"Ratios at {setting}",
        [
            new Column("data set"),
            new Column("peer"),
            .. Recalls.Select(recall => new Column($"recall {recall:0.00}", IsNumber: true)),
        ],
        [
            .. rivalries.Select(one => (Cell[])
            [
                one.Dataset?.Name ?? "–",
                one.Peer,
                .. Recalls.Select(recall => VerdictOf(one.At(recall))),
            ]),
        ]);

    private static DataTable PointsOf(string setting, IReadOnlyList<Rivalry> rivalries) => new(
        $"Measured points at {setting}: recall, queries per second, effort",
        [
            new Column("data set"), new Column("peer"), new Column("recall", IsNumber: true),
            new Column("ratio", IsNumber: true), new Column("verdict"), new Column("Vesper's points"),
            new Column("the peer's points"),
        ],
        [.. rivalries.SelectMany(one => Recalls.Select(recall => PointsOf(one, recall)))]);

    private static Cell[] PointsOf(Rivalry one, double recall)
    {
        Cell[] head = [one.Dataset?.Name ?? "–", one.Peer, FormattableString.Invariant($"{recall:0.00}")];
        return one.At(recall) is { } found
            ?
            [
                .. head, RatioOf(found), new Cell(found.Verdict, ToneOf(found)), Rivalry.TextOf(one.Ours, found.Ours),
                Rivalry.TextOf(one.Theirs, found.Theirs),
            ]
            :
            [
                .. head, new Cell("–", Tone.Muted), new Cell("not reached by both", Tone.Muted),
                new Cell(Rivalry.ReachOf(one.Ours), Tone.Muted), new Cell(Rivalry.ReachOf(one.Theirs), Tone.Muted),
            ];
    }

    private static Cell VerdictOf(Comparison? found) => found is null
        ? new Cell("–", Tone.Muted)
        : new Cell($"{RatioOf(found)} ± {FigureText.Percent(found.Noise)} {found.Verdict}", ToneOf(found));

    private static string RatioOf(Comparison found) => FigureText.Ratio(found.Ratio);

    private static Tone ToneOf(Comparison found) => found.Verdict switch
    {
        Comparison.NoDifference => Tone.Muted,
        "faster" => Tone.Good,
        _ => Tone.Bad,
    };
}
