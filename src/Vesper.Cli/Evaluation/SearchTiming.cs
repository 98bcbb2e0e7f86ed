using System.Diagnostics;

namespace Vesper.Cli.Evaluation;

/// <summary>What a timed run over all queries gave.</summary>
/// <param name="Returned">The ids of each query's results.</param>
/// <param name="LatenciesMs">Milliseconds of each search, in order of size.</param>
/// <param name="QueriesPerSecond">Searches over wall time, all threads together.</param>
/// <param name="Passes">How often all queries were searched.</param>
internal sealed record TimedRun(PointId[][] Returned, double[] LatenciesMs, double QueriesPerSecond, int Passes)
{
    /// <summary>The latency that this share of the searches does not exceed (nearest rank).</summary>
    public double Percentile(double share)
    {
        Debug.Assert(share is > 0 and <= 1 && LatenciesMs.Length > 0, "a share of something");
        return LatenciesMs[Math.Max(0, (int)Math.Ceiling(share * LatenciesMs.Length) - 1)];
    }
}

/// <summary>How long searches are warmed up and timed.</summary>
internal sealed record TimingPlan
{
    /// <summary>Searches of the warm-up.</summary>
    public int WarmUpSearches { get; init; } = 500;

    /// <summary>Time of the warm-up, which ends when both are done.</summary>
    public TimeSpan WarmUpTime { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Time after which the warm-up ends all the same.</summary>
    public TimeSpan WarmUpMost { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time that is measured, in whole passes over the queries.</summary>
    public TimeSpan LeastTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Passes after which measuring ends all the same.</summary>
    public int MostPasses { get; init; } = 20;
}

/// <summary>
/// Times searches: warms up by count and time, because code is compiled in steps as it runs hot, then goes over all
/// queries until the time has passed. Only the call of the search is timed.
/// </summary>
internal sealed class SearchTiming(
    Func<int, IReadOnlyList<SearchHit>> search, int queries, int threads, TimingPlan? plan = null)
{
    private readonly TimingPlan _plan = plan ?? new TimingPlan();

    /// <summary>Warms up and runs.</summary>
    public TimedRun Run(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        Debug.Assert(queries > 0 && threads > 0, "there is something to run");
        WarmUp(cancellation);
        var returned = new PointId[queries][];
        var latencies = new List<double>(queries);
        var passes = 0;
        var wall = TimeSpan.Zero;
        do
        {
            wall += RunPass(returned, latencies, progress, cancellation);
            passes++;
        }
        while (wall < _plan.LeastTime && passes < _plan.MostPasses);

        latencies.Sort();
        return new TimedRun(returned, [.. latencies], (double)passes * queries / wall.TotalSeconds, passes);
    }

    private void WarmUp(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < _plan.WarmUpSearches || clock.Elapsed < _plan.WarmUpTime; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            search(i % queries);
            if (clock.Elapsed > _plan.WarmUpMost)
            {
                return;
            }
        }
    }

    private TimeSpan RunPass(
        PointId[][] returned, List<double> latencies, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var next = -1;
        var pass = new double[queries];
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(workers, CancellationToken.None);
        var wall = clock.Elapsed;
        latencies.AddRange(pass);
        return wall;

        void Work()
        {
            for (var query = Interlocked.Increment(ref next); query < queries; query = Interlocked.Increment(ref next))
            {
                cancellation.ThrowIfCancellationRequested();
                var start = Stopwatch.GetTimestamp();
                var hits = search(query);
                pass[query] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                returned[query] ??= [.. hits.Select(hit => hit.Id)];
                if (query % 64 == 0)
                {
                    progress?.Report(new WorkProgress("", query, queries));
                }
            }
        }
    }
}
