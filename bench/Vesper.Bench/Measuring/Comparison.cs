using System.Globalization;

namespace Vesper.Bench.Measuring;

/// <summary>A measured point of a recall–throughput curve.</summary>
/// <param name="Recall">Share of the k nearest that was found, 0 to 1.</param>
/// <param name="Qps">Queries per second.</param>
/// <param name="Effort">How hard it searched, such as <c>ef=40</c>.</param>
/// <param name="Spread">The spread of its repeats.</param>
internal record struct CurvePoint(double Recall, double Qps, string Effort, double Spread = 0);

/// <summary>Two engines at equal recall, each at its best variant there.</summary>
/// <param name="Recall">The recall compared at.</param>
/// <param name="Ratio">Our queries per second over theirs.</param>
/// <param name="Noise">
/// The share by which the ratio may differ when it is measured again: the noise of the setting and the spreads of both
/// sides' points.
/// </param>
/// <param name="Verdict"><c>faster</c>, <c>slower</c> or <c>no difference</c>.</param>
/// <param name="Ours">
/// The one or two measured points that our figure stands on: two where it is interpolated, one where a point has this
/// recall, or the cheapest point has more already.
/// </param>
/// <param name="Theirs">The same of theirs.</param>
internal sealed record Comparison(
    double Recall, double Ratio, double Noise, string Verdict, CurvePoint[] Ours, CurvePoint[] Theirs)
{
    /// <summary>What is said of a difference that noise explains.</summary>
    public const string NoDifference = "no difference";

    private static readonly string[] s_efforts = ["ef", "nprobe", "rerank"];

    /// <summary>
    /// Compares the best variant of each side at one recall, by interpolating the logarithm of the throughput over
    /// recall between the two nearest measured points. Null when either side does not reach the recall.
    /// </summary>
    /// <param name="ours">Points of one engine over one data set, at one k and one number of threads.</param>
    /// <param name="theirs">The same of the other engine.</param>
    /// <param name="recall">The recall to compare at, 0 to 1.</param>
    /// <param name="noise">As <see cref="NoiseOf"/> gives it.</param>
    public static Comparison? AtRecall(
        IReadOnlyList<Measurement> ours, IReadOnlyList<Measurement> theirs, double recall, double noise)
    {
        if (BestAt(ours, recall) is not { } our || BestAt(theirs, recall) is not { } their)
        {
            return null;
        }

        var ratio = our.Qps / their.Qps;
        var uncertain = RootOfSquares(noise, SpreadOf(our.Points), SpreadOf(their.Points));
        var verdict = Math.Abs(Math.Log(ratio)) <= Math.Log(1 + uncertain) ? NoDifference
            : ratio > 1 ? "faster"
            : "slower";
        return new Comparison(recall, ratio, uncertain, verdict, our.Points, their.Points);
    }

    /// <summary>
    /// How far the same thing measured twice differs: the largest deviation of a point from its twin, and the median
    /// spread of the repeats, as the root of the sum of their squares. 0 where nothing was measured twice.
    /// </summary>
    public static double NoiseOf(IReadOnlyList<Measurement> all)
    {
        var measured = all.Where(m => m.Skipped is null && m.Figures.ContainsKey("qps")).ToArray();
        var twins = measured.Where(m => m.Twin).ToLookup(KeyOf);
        var deviation = 0.0;
        foreach (var point in measured.Where(m => !m.Twin))
        {
            foreach (var twin in twins[KeyOf(point)])
            {
                deviation = Math.Max(deviation, Math.Abs((point.Figures["qps"] / twin.Figures["qps"]) - 1));
            }
        }

        var spreads = measured.Where(m => m.Noise.ContainsKey("qps")).Select(m => m.Noise["qps"]).ToArray();
        var spread = spreads.Length == 0 ? 0 : Samples.Median(spreads);
        return RootOfSquares(deviation, spread);
    }

    /// <summary>
    /// Why no ratio is claimed against these points, or null: a FAISS compiled without AVX2, as Debian's is, runs its
    /// IVF and FastScan indexes far below what they can do.
    /// </summary>
    public static string? WhyNotClaimed(IEnumerable<Measurement> theirs) => theirs.Any(
        m => m.Engine == "faiss"
            && (m.Variant.StartsWith("ivf", StringComparison.Ordinal)
                || m.Variant.StartsWith("opq", StringComparison.Ordinal))
            && m.Facts.Any(f => f.Contains("generic", StringComparison.OrdinalIgnoreCase)))
        ? "this FAISS is a generic build without AVX2: no ratio is claimed against its IVF and FastScan indexes"
        : null;

    /// <summary>
    /// The points of one variant, by recall, without those that another beats in both recall and throughput.
    /// </summary>
    public static CurvePoint[] Curve(IEnumerable<Measurement> points)
    {
        var frontier = new List<CurvePoint>();
        var all = points.Where(m => m is { Skipped: null, Twin: false }).Select(PointOf).OfType<CurvePoint>();
        foreach (var point in all.OrderByDescending(p => p.Recall).ThenByDescending(p => p.Qps))
        {
            if (frontier.Count == 0 || point.Qps > frontier[^1].Qps)
            {
                frontier.Add(point);
            }
        }

        frontier.Reverse();
        return [.. frontier];
    }

    /// <summary>Which of the parameters say how hard a search tried, such as <c>nprobe=16 rerank=4</c>.</summary>
    public static string EffortOf(Measurement point) => string.Join(
        ' ', s_efforts.Where(point.Parameters.ContainsKey).Select(name => $"{name}={Text(point.Parameters[name])}"));

    /// <summary>A parameter as text, of a point measured now or read from a file; null when it has none.</summary>
    public static string? ParameterOf(Measurement point, string name) =>
        point.Parameters.TryGetValue(name, out var value) ? Text(value) : null;

    private static (double Qps, CurvePoint[] Points)? BestAt(IReadOnlyList<Measurement> points, double recall)
    {
        (double Qps, CurvePoint[] Points)? best = null;
        foreach (var variant in points.GroupBy(m => (m.Engine, m.Variant)))
        {
            if (Interpolate(Curve(variant), recall) is { } found && (best is null || found.Qps > best.Value.Qps))
            {
                best = found;
            }
        }

        return best;
    }

    private static (double Qps, CurvePoint[] Points)? Interpolate(CurvePoint[] curve, double recall)
    {
        var above = Array.FindIndex(curve, p => p.Recall >= recall);
        if (above < 0)
        {
            return null;
        }

        var upper = curve[above];
        if (above == 0 || upper.Recall == recall)
        {
            return (upper.Qps, [upper]);
        }

        var lower = curve[above - 1];
        var share = (recall - lower.Recall) / (upper.Recall - lower.Recall);
        var qps = Math.Exp((Math.Log(lower.Qps) * (1 - share)) + (Math.Log(upper.Qps) * share));
        return (qps, [lower, upper]);
    }

    private static CurvePoint? PointOf(Measurement point) =>
        point.Figures.TryGetValue("recall_" + (ParameterOf(point, "k") ?? "10"), out var recall)
        && point.Figures.TryGetValue("qps", out var qps) && qps > 0
            ? new CurvePoint(recall, qps, EffortOf(point), point.Noise.GetValueOrDefault("qps"))
            : null;

    private static double SpreadOf(CurvePoint[] points) => points.Max(point => point.Spread);

    private static double RootOfSquares(params ReadOnlySpan<double> shares)
    {
        var sum = 0.0;
        foreach (var share in shares)
        {
            sum += share * share;
        }

        return Math.Sqrt(sum);
    }

    private static string KeyOf(Measurement point) => string.Join(
        '|',
        point.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={Text(p.Value)}")
            .Prepend($"{point.Experiment}|{point.Dataset?.Name}|{point.Engine}|{point.Variant}"));

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
