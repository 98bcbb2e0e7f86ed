using Spectre.Console;
using Vesper.Bench.Datasets;
using Vesper.Bench.Measuring;

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

    /// <summary>Thread counts to measure at.</summary>
    public IReadOnlyList<int> ThreadCounts => options.Threads.Count > 0
        ? options.Threads
        : Environment.ProcessorCount > 1 ? [1, Environment.ProcessorCount] : [1];

    /// <summary>
    /// Opens each data set that was named, one after the other. One that is missing or damaged is reported in a line and
    /// in the results, and passed over.
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
}
