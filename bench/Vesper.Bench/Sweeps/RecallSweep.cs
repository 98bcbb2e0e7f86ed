using System.Diagnostics;
using Vesper.Bench.Datasets;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Sweeps;

/// <summary>
/// Measures the points of many variants side by side: repeats outside, variants inside, so that each point of one is
/// measured between the same points of the others and a drift of the machine hits all alike. One works at a time.
/// </summary>
internal sealed class RecallSweep(BenchSession session, Dataset dataset, SweepPlan plan)
{
    private const double MemoryShare = 0.6;
    private const double LoadSeconds = 2;

    /// <summary>Measures all, the first of them by a twin process too; the results are written.</summary>
    public async Task<IReadOnlyList<Measurement>> RunAsync(
        IReadOnlyList<EngineVariant> variants, CancellationToken cancellation)
    {
        var contestants = variants.Select(variant => new Contestant(session, dataset, variant, twin: false))
            .Append(new Contestant(session, dataset, variants[0], twin: true))
            .ToArray();
        Directory.CreateDirectory(Path.Combine(session.Options.Cache, "work"));
        var all = variants.Append(variants[0]).SelectMany(
            variant => plan.Groups.SelectMany(group => plan.PointsOf(variant, group, dataset.QueryCount))).ToArray();
        var points = all.Length;
        var expected = TimeSpan.FromSeconds(
            (plan.Repeat * all.Sum(plan.SecondsOf)) + (contestants.Length * LoadSeconds));
        session.Say(
            $"{dataset.Name}: {dataset.Rows:N0} × {dataset.Dimensions}, {dataset.MetricName}, {dataset.QueryCount:N0} "
            + $"queries; {points} points × {plan.Repeat} of {contestants.Length} drivers take about "
            + $"{SweepProgress.Minutes(expected)} once all indexes are built");
        try
        {
            await MeasureAsync(contestants, points * plan.Repeat, cancellation);
        }
        finally
        {
            foreach (var contestant in contestants)
            {
                await contestant.DisposeAsync();
            }
        }

        var results = contestants.SelectMany(contestant => contestant.Results).ToArray();
        foreach (var result in results)
        {
            session.Results.Write(result);
        }

        return results;
    }

    private async Task MeasureAsync(Contestant[] contestants, int steps, CancellationToken cancellation)
    {
        using var score = new RecallScore(dataset);
        var keep = FitsIntoMemory(contestants.Length);
        if (!keep)
        {
            session.Say("  the indexes do not fit into memory together: each is loaded anew for each repeat");
        }

        // Whatever is not built yet is built before anything is measured.
        var clock = Stopwatch.StartNew();
        foreach (var contestant in contestants)
        {
            await contestant.LoadAsync(cancellation);
            if (!keep)
            {
                await contestant.UnloadAsync();
            }
        }

        session.Say($"  built or loaded in {SweepProgress.Minutes(clock.Elapsed)}");
        clock.Restart();
        var progress = new SweepProgress(dataset.Name, steps, session.Say);
        for (var repeat = 0; repeat < plan.Repeat; repeat++)
        {
            if (keep)
            {
                await PassAsync(contestants, score, progress, cancellation);
                continue;
            }

            foreach (var contestant in contestants)
            {
                await contestant.LoadAsync(cancellation);
                await PassAsync([contestant], score, progress, cancellation);
                await contestant.UnloadAsync();
            }
        }

        session.Say($"  measured in {SweepProgress.Minutes(clock.Elapsed)}");
    }

    private async Task PassAsync(
        Contestant[] contestants, RecallScore score, SweepProgress progress, CancellationToken cancellation)
    {
        foreach (var group in plan.Groups)
        {
            var points = Array.ConvertAll(
                contestants, contestant => plan.PointsOf(contestant.Variant, group, dataset.QueryCount));
            for (var at = 0; at < points.Max(list => list.Count); at++)
            {
                foreach (var (number, contestant) in contestants.Index().Where(pair => at < points[pair.Index].Count))
                {
                    await contestant.MeasureAsync(points[number][at], plan.Seconds, score, cancellation);
                    progress.Step();
                }
            }
        }
    }

    private bool FitsIntoMemory(int drivers)
    {
        // Vectors, links of a graph with M 32, and what a runtime needs of its own.
        var each = ((long)dataset.Rows * ((dataset.Dimensions * 4) + 320)) + (100L << 20);
        return each * drivers < GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare;
    }
}
