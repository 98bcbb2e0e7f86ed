using Vesper.Bench.Measuring;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>Two engines over one data set, at one k and one number of threads.</summary>
/// <param name="Dataset">The data.</param>
/// <param name="Setting">Neighbours asked for, and threads.</param>
/// <param name="Peer">The other engine's name.</param>
/// <param name="Ours">Points of all our variants.</param>
/// <param name="Theirs">Points of all of theirs.</param>
/// <param name="Noise">What a difference must exceed.</param>
internal sealed record Rivalry(
    DatasetFacts? Dataset,
    (int K, int Threads) Setting,
    string Peer,
    IReadOnlyList<Measurement> Ours,
    IReadOnlyList<Measurement> Theirs,
    double Noise)
{
    /// <summary>The comparison at a recall, or null when one of them does not reach it.</summary>
    public Comparison? At(double recall) => Comparison.AtRecall(Ours, Theirs, recall, Noise);

    /// <summary>The variant that the points belong to, and the points.</summary>
    public static string TextOf(IReadOnlyList<Measurement> side, IReadOnlyList<CurvePoint> points)
    {
        var variant = side.GroupBy(one => one.Variant)
            .FirstOrDefault(group => points.All(Comparison.Curve(group).Contains))?.Key;
        var texts = points.Select(point =>
            $"{FigureText.Value("recall", point.Recall)}, {FigureText.Number(point.Qps)}/s, {point.Effort}"
                .TrimEnd(' ', ','));
        return $"{variant}: {string.Join("; ", texts)}".TrimStart(' ', ':');
    }

    /// <summary>How far an engine comes.</summary>
    public static string ReachOf(IReadOnlyList<Measurement> side)
    {
        var recalls = side.Select(RecallSection.RecallOf).OfType<double>().ToArray();
        return recalls.Length == 0 ? "no recall" : $"reaches {FigureText.Value("recall", recalls.Max())}";
    }
}
