using System.Text.Json.Nodes;
using Vesper.Bench.Datasets;
using Vesper.Cli.Files;

namespace Vesper.Bench.Drivers;

/// <summary>What is to be built.</summary>
/// <param name="Index">The kind of index.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Directory">Where it is kept.</param>
/// <param name="Threads">Threads that build.</param>
/// <param name="Seed">Seed of what is random.</param>
internal sealed record BuildCommand(
    string Index, IReadOnlyDictionary<string, int> Parameters, string Directory, int Threads, int Seed);

/// <summary>What is to be searched for, and for how long.</summary>
/// <param name="Count">The first so many queries.</param>
/// <param name="K">Results of each.</param>
/// <param name="Effort">How hard to search.</param>
/// <param name="Threads">Threads that search.</param>
/// <param name="Seconds">Time to measure.</param>
/// <param name="Out">Where the ids go.</param>
internal sealed record SearchCommand(
    int Count, int K, IReadOnlyDictionary<string, int> Effort, int Threads, double Seconds, string Out);

/// <summary>A driver by the commands it takes.</summary>
internal sealed class Driver : IAsyncDisposable
{
    private static readonly TimeSpan HelloMost = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BuildMost = TimeSpan.FromHours(2);
    private static readonly TimeSpan SearchMost = TimeSpan.FromMinutes(10);

    private readonly DriverProcess _process;

    private Driver(DriverProcess process, HelloAnswer hello)
    {
        _process = process;
        Hello = hello;
    }

    /// <summary>Who it is.</summary>
    public HelloAnswer Hello { get; }

    /// <summary>What a reader must know of its figures.</summary>
    public IReadOnlyList<string> Facts => [$"{Hello.Name} {Hello.Version}", .. Hello.Facts];

    /// <summary>Resident set of its process now.</summary>
    public long RssBytes => _process.RssBytes;

    /// <summary>Starts the driver of an engine and asks who it is.</summary>
    /// <exception cref="DriverException">It is not there, or does not answer.</exception>
    public static Task<Driver> StartAsync(string engine, BenchOptions options, CancellationToken cancellation) =>
        StartAsync(DriverCatalog.Find(engine, options), cancellation);

    /// <summary>Starts a driver and asks who it is.</summary>
    /// <exception cref="DriverException">It is not there, or does not answer.</exception>
    public static async Task<Driver> StartAsync(DriverSpec spec, CancellationToken cancellation)
    {
        var process = DriverProcess.Start(spec);
        try
        {
            var answer = await process.AskAsync(new JsonObject { ["op"] = "hello" }, HelloMost, cancellation);
            return new Driver(process, HelloAnswer.Read(answer));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Builds an index of a data set, or loads it when it was built before.</summary>
    public async Task<BuildAnswer> BuildAsync(
        Dataset dataset, BuildCommand command, CancellationToken cancellation)
    {
        Directory.CreateDirectory(command.Directory);
        var answer = await _process.AskAsync(
            new JsonObject
            {
                ["op"] = "build",
                ["index"] = command.Index,
                ["parameters"] = ToJson(command.Parameters),
                ["metric"] = dataset.MetricName,
                ["base"] = dataset.BasePath,
                ["directory"] = command.Directory,
                ["threads"] = command.Threads,
                ["seed"] = command.Seed,
            },
            BuildMost,
            cancellation);
        return BuildAnswer.Read(answer);
    }

    /// <summary>Searches, and reads the ids it found.</summary>
    public async Task<SearchAnswer> SearchAsync(
        Dataset dataset, SearchCommand command, CancellationToken cancellation)
    {
        File.Delete(command.Out);
        var answer = await _process.AskAsync(
            new JsonObject
            {
                ["op"] = "search",
                ["queries"] = dataset.QueryPath,
                ["count"] = command.Count,
                ["k"] = command.K,
                ["effort"] = ToJson(command.Effort),
                ["threads"] = command.Threads,
                ["seconds"] = command.Seconds,
                ["out"] = command.Out,
            },
            SearchMost,
            cancellation);
        return SearchAnswer.Read(answer, ReadIds(dataset, command));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static JsonObject ToJson(IReadOnlyDictionary<string, int> values) =>
        new(values.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));

    private int[] ReadIds(Dataset dataset, SearchCommand command)
    {
        try
        {
            using (var file = RowFile.OpenTruth(command.Out))
            {
                if (file.Count != command.Count || file.Dimensions != command.K)
                {
                    throw new DriverException(
                        $"{Hello.Name} wrote {file.Count} rows of {file.Dimensions} ids; {command.Count} of "
                        + $"{command.K} were asked for");
                }
            }

            return Truths.Read(command.Out, command.Count, command.K, dataset.Rows);
        }
        catch (Exception error) when (error is VesperException or DatasetException)
        {
            throw new DriverException($"{Hello.Name} wrote no good file of ids: {error.Message}", error);
        }
    }
}
