namespace Vesper.Bench.Sweeps;

/// <summary>One point to measure of a variant.</summary>
/// <param name="K">Results wanted.</param>
/// <param name="Threads">Threads that search.</param>
/// <param name="Effort">How hard.</param>
/// <param name="Queries">Queries of a pass.</param>
internal sealed record SearchPoint(int K, int Threads, IReadOnlyDictionary<string, int> Effort, int Queries);

/// <summary>What is measured with one k at one number of threads: the frame of a curve.</summary>
internal readonly record struct PointGroup(int K, int Threads);

/// <summary>Which points a sweep measures.</summary>
/// <param name="Threads">Numbers of threads.</param>
/// <param name="Repeat">How often.</param>
/// <param name="Seconds">Time to measure of each.</param>
internal sealed record SweepPlan(IReadOnlyList<int> Threads, int Repeat, double Seconds)
{
    /// <summary>The k of most points.</summary>
    public const int K = 10;

    /// <summary>The k of the wide points.</summary>
    public const int WideK = 100;

    // From these efforts on fewer queries do: each takes longer, and a pass is measured whole.
    private const int HighEffort = 320;
    private const int HighEffortQueries = 500;
    private const int HighestEffort = 1_000;
    private const int HighestEffortQueries = 250;
    private const double OverheadSeconds = 0.45;
    private const double HighestEffortSeconds = 1;

    /// <summary>The groups, in the order they are measured.</summary>
    public IEnumerable<PointGroup> Groups =>
        Threads.Select(threads => new PointGroup(K, threads)).Append(new PointGroup(WideK, Threads[0]));

    /// <summary>
    /// The points of a variant in a group. With several threads every second effort is measured, the highest among
    /// them: the recall is the same, and the curve is known from one thread.
    /// </summary>
    public IReadOnlyList<SearchPoint> PointsOf(EngineVariant variant, PointGroup group, int queries)
    {
        var efforts = group.K == WideK ? variant.WideEfforts : variant.Efforts;
        var isFirst = group.Threads == Threads[0];
        return
        [
            .. efforts.Where((_, at) => isFirst || (efforts.Count - at) % 2 == 1)
                .Select(effort => new SearchPoint(
                    group.K, group.Threads, effort, Cut(variant, group, effort, queries))),
        ];
    }

    /// <summary>About how long one measurement of a point takes, warm-up and judging included.</summary>
    public double SecondsOf(SearchPoint point) => Seconds + OverheadSeconds
        + (point.Effort.GetValueOrDefault("ef") >= HighestEffort ? HighestEffortSeconds : 0);

    private static int Cut(
        EngineVariant variant, PointGroup group, IReadOnlyDictionary<string, int> effort, int queries)
    {
        var ef = effort.GetValueOrDefault("ef");
        var most = ef >= HighestEffort ? HighestEffortQueries
            : ef >= HighEffort || group.K == WideK ? HighEffortQueries
            : int.MaxValue;
        return Math.Min(queries, Math.Min(variant.MostQueries, most));
    }
}
