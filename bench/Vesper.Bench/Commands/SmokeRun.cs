using System.Diagnostics;
using Spectre.Console;
using Vesper.Bench.Experiments;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Commands;

/// <summary>Runs every experiment on tiny data, in a folder of its own that is deleted afterwards.</summary>
internal static class SmokeRun
{
    private const int Rows = 1_500;
    private const int Queries = 50;

    /// <summary>Runs; returns the exit code.</summary>
    public static async Task<int> RunAsync(IAnsiConsole console, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("vesper-bench-smoke-").FullName;
        var table = Tables.Make("experiment", ">seconds", ">measured", "result");
        var good = true;
        try
        {
            foreach (var experiment in ExperimentList.All)
            {
                console.Write(new Rule(experiment.Name).LeftJustified());
                var clock = Stopwatch.StartNew();
                var options = new BenchOptions
                {
                    Datasets = experiment is RecallExperiment ? ["duplicates", "odd-dimension"] : ["mixture"],
                    Limit = Rows,
                    Queries = Queries,
                    Repeat = 1,
                    Cache = folder,
                    Out = Path.Combine(folder, "vesper-bench.jsonl"),
                    Smoke = true,
                };
                var outcome = await ExperimentRun.RunAsync(experiment, options, console, cancellation);
                good &= outcome.IsGood;
                table.Add(
                    experiment.Name,
                    Shown.Number(clock.Elapsed.TotalSeconds, 1),
                    Shown.Number(outcome.Measured),
                    outcome.IsGood ? "ok" : outcome.Failures.FirstOrDefault("nothing was measured"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        console.Write(table);
        return good ? 0 : 1;
    }
}
