using Spectre.Console;
using Vesper.Bench.Experiments;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Commands;

/// <summary>What came of an experiment.</summary>
/// <param name="Measured">Measurements with figures.</param>
/// <param name="Failures">What broke.</param>
internal sealed record ExperimentOutcome(int Measured, IReadOnlyList<string> Failures)
{
    /// <summary>Something was measured and nothing broke.</summary>
    public bool IsGood => Measured > 0 && Failures.Count == 0;
}

/// <summary>Runs one experiment into a file of results.</summary>
internal static class ExperimentRun
{
    /// <summary>Runs it.</summary>
    public static async Task<ExperimentOutcome> RunAsync(
        IExperiment experiment, BenchOptions options, IAnsiConsole console, CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.Cache);
        Directory.CreateDirectory(Path.GetDirectoryName(options.Out)!);
        using var results = new ResultLog(
            options.Out, Machine.Describe(), Machine.CommitOf(Machine.FindRepository()));
        var session = new BenchSession(options, results, console);
        try
        {
            await experiment.RunAsync(session, cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A defect of one experiment must not hide what the others measured.
            session.Fail(experiment.Name, "bench", experiment.Name, $"{error.GetType().Name}: {error.Message}");
            Console.Error.WriteLine(error.StackTrace);
        }

        return new ExperimentOutcome(results.Written.Count(m => m.Skipped is null), session.Failures);
    }
}
