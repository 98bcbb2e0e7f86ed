using Spectre.Console;
using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;
using Vesper.Cli.Terminal;

namespace Vesper.Bench;

/// <summary>What an experiment works with.</summary>
internal sealed class BenchSession(BenchOptions options, ResultLog results, IAnsiConsole console)
{
    /// <summary>What the command line said.</summary>
    public BenchOptions Options => options;

    /// <summary>Where measurements go.</summary>
    public ResultLog Results => results;

    /// <summary>For tables and sentences.</summary>
    public IAnsiConsole Console => console;

    /// <summary>What failed, in words; what was merely not there is not among it.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Thread counts to measure at.</summary>
    public IReadOnlyList<int> ThreadCounts => options.Threads.Count > 0
        ? options.Threads
        : Environment.ProcessorCount > 1 ? [1, Environment.ProcessorCount] : [1];

    /// <summary>
    /// Opens each data set that was named, one after the other. One that is missing or damaged is reported in a line
    /// and in the results, and passed over.
    /// </summary>
    /// <param name="experiment">Who asks, for the report.</param>
    /// <param name="defaults">The sets to take when none was named.</param>
    public IAsyncEnumerable<Dataset> OpenDatasetsAsync(
        string experiment, IReadOnlyList<string> defaults, CancellationToken cancellation) =>
        DatasetCatalog.OpenAsync(this, experiment, defaults, cancellation);

    /// <summary>A new empty directory in the cache for an experiment's own files; the experiment deletes it.</summary>
    public string NewWorkDirectory(string name)
    {
        var path = Path.Combine(options.Cache, "work", $"{name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Writes a line of plain text.</summary>
    public void Say(string text) => console.Line(text);

    /// <summary>Reports, in a line and in the results, that something is not there to be measured.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="engine">Who was to be measured; <c>data</c> for a data set.</param>
    /// <param name="subject">The variant, or the data set.</param>
    /// <param name="reason">Why not.</param>
    /// <param name="dataset">The data, or null.</param>
    public void Skip(string experiment, string engine, string subject, string reason, Dataset? dataset = null)
    {
        var line = reason.ReplaceLineEndings(" ");
        Say($"SKIPPED {$"{engine} {subject}".TrimEnd()}: {line}");
        results.Write(new Measurement
        {
            Experiment = experiment,
            Engine = engine,
            Variant = subject,
            Dataset = dataset?.Facts,
            Figures = new Dictionary<string, double>(),
            Skipped = line,
            Seed = options.Seed,
        });
    }

    /// <summary>The same of something that broke: the run goes on and ends with an exit code.</summary>
    public void Fail(string experiment, string engine, string subject, string reason, Dataset? dataset = null)
    {
        Failures.Add($"{experiment}: {engine} {subject}: {reason.ReplaceLineEndings(" ")}");
        Skip(experiment, engine, subject, "failed: " + reason, dataset);
    }

    /// <summary>What a driver's error amounts to: a peer that is not set up is merely not there.</summary>
    public void Report(string experiment, string engine, string subject, DriverException error, Dataset? dataset = null)
    {
        if (error.IsNotSetUp)
        {
            Skip(experiment, engine, subject, error.Message, dataset);
        }
        else
        {
            Fail(experiment, engine, subject, error.Message, dataset);
        }
    }
}
