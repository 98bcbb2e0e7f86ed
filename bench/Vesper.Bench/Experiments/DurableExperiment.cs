using Spectre.Console;
using Vesper.Bench.Datasets;
using Vesper.Bench.Experiments.Writing;
using Vesper.Bench.Limits;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Experiments;

/// <summary>
/// Acknowledged writes a second and the time to an acknowledgement, by durability level, size of a write and number of
/// writers, beside what the disk can do.
/// </summary>
/// <remarks>
/// Points are measured without a graph, so that the log is what is measured; one with the default index, whose building
/// competes for the processors.
/// </remarks>
internal sealed class DurableExperiment : IExperiment
{
    private const int SourceRows = 16_384;
    private const int IntervalMs = 100;
    private const string DatabaseName = "database";

    private static readonly (string Name, Durability Durability)[] Levels =
        [("sync", Durability.Sync), ("interval", Durability.Interval(IntervalMs)), ("none", Durability.None)];

    /// <inheritdoc/>
    public string Name => "durable";

    /// <inheritdoc/>
    public string Description => "acknowledged writes per second by durability level, batch size and writers";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        await foreach (var dataset in session.OpenDatasetsAsync(Name, ["mixture"], cancellation).ConfigureAwait(false))
        {
            var directory = session.NewWorkDirectory(Name);
            try
            {
                await RunAsync(session, dataset, directory, cancellation).ConfigureAwait(false);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private async Task RunAsync(
        BenchSession session, Dataset dataset, string directory, CancellationToken cancellation)
    {
        var loads = Loads(session.Options.Smoke).ToList();
        var repeats = session.Options.Smoke ? 1 : session.Options.Repeat;
        var source = new PointSource(dataset, SourceRows);
        var writeLimit = MachineLimits.Measure(quick: true, directory).SequentialWriteBytesPerSecond;
        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            foreach (var load in loads)
            {
                // The limit drifts with what else the disk does: it is asked before and after each point.
                var appends = session.Options.Smoke ? 10 : 40;
                var syncMs = SyncMs(directory, appends);
                var result = await MeasureAsync(session, dataset, source, directory, load, cancellation)
                    .ConfigureAwait(false);
                load.Add(result, source.PointBytes, Math.Min(syncMs, SyncMs(directory, appends)), writeLimit);
                Directory.Delete(Path.Combine(directory, DatabaseName), recursive: true);
                if (repeat == repeats)
                {
                    session.Results.Write(ToMeasurement(session, dataset, load));
                }
            }
        }

        Show(session.Console, dataset, loads);
    }

    private static IEnumerable<Load> Loads(bool isSmoke)
    {
        foreach (var (level, durability) in Levels)
        {
            foreach (var writers in isSmoke && level != "sync" ? [16] : new[] { 1, 16 })
            {
                foreach (var batchPoints in isSmoke ? [1, 100] : new[] { 1, 10, 100, 1_000 })
                {
                    yield return new Load(level, durability, IndexKind.Flat, batchPoints, writers);
                }
            }

        }

        if (!isSmoke)
        {
            // One point only: closing ends with building the graph of all that was written.
            yield return new Load("sync", Durability.Sync, IndexKind.Auto, 10, 16);
        }
    }

    private static async Task<WriteLoadResult> MeasureAsync(
        BenchSession session,
        Dataset dataset,
        PointSource source,
        string directory,
        Load load,
        CancellationToken cancellation)
    {
        var (warm, measured) = session.Options.Smoke ? (0.05, 0.2) : (0.5, 2.5);
        var path = Path.Combine(directory, DatabaseName);
        var database = await VesperDatabase.OpenAsync(path, null, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var collection = await database.CreateCollectionAsync("points", OptionsOf(dataset, load), cancellation)
                .ConfigureAwait(false);
            source.Restart();
            return await new WriteLoad(collection, source, load.BatchPoints)
                .RunAsync(load.Writers, TimeSpan.FromSeconds(warm), TimeSpan.FromSeconds(measured), cancellation)
                .ConfigureAwait(false);
        }
    }

    private static double SyncMs(string directory, int appends) => SystemCalls.AreSupported
        ? SyncProbe.Measure(directory, appends, isDataOnly: true).PercentileMs(0.5)
        : 0;

    private static CollectionOptions OptionsOf(Dataset dataset, Load load)
    {
        var index = new IndexOptions { Kind = load.Index };
        return new CollectionOptions
        {
            Vectors = { [""] = new VectorFieldOptions(dataset.Dimensions, dataset.Metric) { Index = index } },
            Durability = load.Durability,
        };
    }

    private Measurement ToMeasurement(BenchSession session, Dataset dataset, Load load) => new()
    {
        Experiment = Name,
        Dataset = dataset.Facts,
        Engine = "vesper",
        Variant = $"{load.Level} {load.Index.ToString().ToLowerInvariant()}",
        Parameters = new Dictionary<string, object>
        {
            ["durability"] = load.Level,
            ["interval_ms"] = load.Durability.IntervalMs,
            ["index"] = load.Index.ToString().ToLowerInvariant(),
            ["batch"] = load.BatchPoints,
            ["writers"] = load.Writers,
        },
        Figures = load.Figures.Medians(),
        Noise = load.Figures.Noise(),
        LimitShares = load.Shares.Medians(),
        Facts =
        [
            "points are made and encoded by the writers within the measured time",
            "fsync share: groups that shared a sync, against syncs of 4 KiB appends one after the other",
        ],
        Repeat = load.Figures.Repeats,
        Seed = session.Options.Seed,
    };

    private static void Show(IAnsiConsole console, Dataset dataset, IReadOnlyList<Load> loads)
    {
        var table = new Table().Title($"Acknowledged writes: {dataset.Name}, {dataset.Dimensions} dimensions")
            .AddColumns("durability", "writers", "batch", "writes/s", "points/s", "p50 ms", "p99 ms")
            .AddColumns("of fsync", "of disk")
            .Caption("of fsync: groups, of the syncs that are possible; of disk: bytes, of sequential writing");
        foreach (var load in loads)
        {
            var figures = load.Figures.Medians();
            var shares = load.Shares.Medians();
            var noise = load.Figures.Noise().TryGetValue("points_per_s", out var spread) ? $" ± {spread:P0}" : "";
            table.AddRow(
                load.Index == IndexKind.Flat ? load.Level : $"{load.Level}, graph",
                $"{load.Writers}",
                $"{load.BatchPoints}",
                $"{figures["writes_per_s"]:N0}",
                $"{figures["points_per_s"]:N0}{noise}",
                $"{figures["p50_ms"]:N3}",
                $"{figures["p99_ms"]:N3}",
                shares.TryGetValue("fsync", out var ofSync) ? $"{ofSync:P0}" : "",
                shares.TryGetValue("sequential_write", out var ofDisk) ? $"{ofDisk:P1}" : "");
        }

        console.Write(table);
    }

    /// <summary>One point to measure, and what it gave so far.</summary>
    private sealed record Load(string Level, Durability Durability, IndexKind Index, int BatchPoints, int Writers)
    {
        public RepeatedFigures Figures { get; } = new();

        public RepeatedFigures Shares { get; } = new();

        public void Add(WriteLoadResult result, int pointBytes, double syncMs, double writeLimit)
        {
            var bytesPerSecond = result.PointsPerSecond * pointBytes;
            var figures = new Dictionary<string, double>
            {
                ["writes_per_s"] = result.WritesPerSecond,
                ["points_per_s"] = result.PointsPerSecond,
                ["mb_per_s"] = bytesPerSecond / 1e6,
                ["p50_ms"] = result.Latencies.PercentileMs(0.5),
                ["p99_ms"] = result.Latencies.PercentileMs(0.99),
            };
            var shares = new Dictionary<string, double>();
            if (writeLimit > 0)
            {
                shares["sequential_write"] = bytesPerSecond / writeLimit;
            }

            if (Durability.Level == DurabilityLevel.Sync)
            {
                figures["groups_per_s"] = result.SyncsPerSecond;
                if (syncMs > 0)
                {
                    figures["fsync_p50_ms"] = syncMs;
                    shares["fsync"] = result.SyncsPerSecond * syncMs / 1e3;
                }
            }

            Figures.Add(figures);
            Shares.Add(shares);
        }
    }
}
