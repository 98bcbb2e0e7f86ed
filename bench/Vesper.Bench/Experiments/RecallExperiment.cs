using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;
using Vesper.Bench.Sweeps;

namespace Vesper.Bench.Experiments;

/// <summary><c>recall</c>: queries per second and latencies against recall, ours and peers', side by side.</summary>
internal sealed class RecallExperiment : IExperiment
{
    private const double Seconds = 0.4;
    private const double SmokeSeconds = 0.05;

    /// <inheritdoc/>
    public string Name => "recall";

    /// <inheritdoc/>
    public string Description => "Queries per second and latencies against recall, over a sweep of efforts";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        var engines = await Peers.FindAsync(session, Name, cancellation);
        var plan = new SweepPlan(
            session.ThreadCounts, session.Options.Repeat, session.Options.Smoke ? SmokeSeconds : Seconds);
        await foreach (var dataset in session.OpenDatasetsAsync(Name, KnownSets.ForComparison, cancellation))
        {
            var variants = engines.SelectMany(engine => engine.VariantsFor(dataset, session.Options.Smoke)).ToArray();
            var results = await new RecallSweep(session, dataset, plan).RunAsync(variants, cancellation);
            RecallTables.Write(session.Console, dataset.Name, results);
        }
    }
}
