using Spectre.Console;
using Vesper.Bench.Experiments.Writing;
using Vesper.Bench.Limits;
using Vesper.Bench.Measuring;
using Vesper.Cli.Terminal;

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
        var sources = PointSource.OpenAsync(session, Name, SourceRows, cancellation);
        await foreach (var source in sources.ConfigureAwait(false))
        {
            var directory = session.NewWorkDirectory(Name);
            try
            {
                await RunAsync(session, source, directory, cancellation).ConfigureAwait(false);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private async Task RunAsync(
        BenchSession session, PointSource source, string directory, CancellationToken cancellation)
    {
        var loads = Loads(session.Options.Smoke).ToList();
        var repeats = session.Options.Smoke ? 1 : session.Options.Repeat;
        var writeLimit = MachineLimits.Measure(quick: true, directory).SequentialWriteBytesPerSecond;
        var limits = new DiskLimits(writeLimit) { SyncMs = SyncMs(directory, 100) };
        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            foreach (var load in loads)
            {
                var result = await MeasureAsync(session, source, directory, load, cancellation)
                    .ConfigureAwait(false);
                load.Add(result, source.PointBytes);

                // What else the disk does only makes syncs slower: asked often, the fastest is the limit.
                limits.SyncMs = Math.Min(limits.SyncMs, SyncMs(directory, session.Options.Smoke ? 10 : 40));
                Directory.Delete(Path.Combine(directory, DatabaseName), recursive: true);
                if (repeat == repeats)
                {
                    session.Results.Write(ToMeasurement(session, source, load, limits));
                }
            }
        }

        Show(session.Console, source, loads, limits);
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
        BenchSession session, PointSource source, string directory, Load load, CancellationToken cancellation)
    {
        var (warm, measured) = session.Options.Smoke ? (0.05, 0.2) : (0.5, 2.5);
        var path = Path.Combine(directory, DatabaseName);
        var database = await VesperDatabase.OpenAsync(path, null, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var collection = await database.CreateCollectionAsync("points", OptionsOf(source, load), cancellation)
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

    private static CollectionOptions OptionsOf(PointSource source, Load load)
    {
        var index = new IndexOptions { Kind = load.Index };
        return new CollectionOptions
        {
            Vectors = { [""] = new VectorFieldOptions(source.Dimensions, source.Metric) { Index = index } },
            Durability = load.Durability,
        };
    }

    private Measurement ToMeasurement(BenchSession session, PointSource source, Load load, DiskLimits limits) => new()
    {
        Experiment = Name,
        Dataset = source.Facts,
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
        LimitShares = load.Shares(limits),
        Facts =
        [
            "points are made and encoded by the writers within the measured time",
            "fsync share: groups that shared a sync, against appends of 4 KiB synced one after the other, "
                + $"{Shown.Number(limits.SyncMs, 3)} ms each",
        ],
        Repeat = load.Figures.Repeats,
        Seed = session.Options.Seed,
    };

    private static void Show(IAnsiConsole console, PointSource source, IReadOnlyList<Load> loads, DiskLimits limits)
    {
        var table = Tables.Make(
            "durability", ">writers", ">batch", ">writes/s", ">points/s", ">noise", ">p50 ms", ">p99 ms", ">of fsync",
            ">of disk");
        table.Title($"Acknowledged writes: {source.Facts.Name}, {source.Dimensions} dimensions");
        table.Caption("of fsync: groups, of the syncs that are possible; of disk: bytes, of sequential writing");
        foreach (var load in loads)
        {
            var figures = load.Figures.Medians();
            var shares = load.Shares(limits);
            table.Add(
                load.Index == IndexKind.Flat ? load.Level : $"{load.Level}, with a graph",
                $"{load.Writers}",
                $"{load.BatchPoints}",
                Shown.Number(figures["writes_per_s"]),
                Shown.Number(figures["points_per_s"]),
                load.Figures.NoiseText("points_per_s"),
                Shown.Number(figures["p50_ms"], 3),
                Shown.Number(figures["p99_ms"], 3),
                Share(shares, "fsync"),
                Share(shares, "sequential_write"));
        }

        console.Write(table);
    }

    private static string Share(IReadOnlyDictionary<string, double> shares, string limit) =>
        shares.TryGetValue(limit, out var share) ? Shown.Number(100 * share, 1) + " %" : "";

    /// <summary>One point to measure, and what it gave so far.</summary>
    private sealed record Load(string Level, Durability Durability, IndexKind Index, int BatchPoints, int Writers)
    {
        public RepeatedFigures Figures { get; } = new();

        /// <summary>Takes one run's figures.</summary>
        public void Add(WriteLoadResult result, int pointBytes)
        {
            var figures = new Dictionary<string, double>
            {
                ["writes_per_s"] = result.WritesPerSecond,
                ["points_per_s"] = result.PointsPerSecond,
                ["mb_per_s"] = result.PointsPerSecond * pointBytes / 1e6,
                ["p50_ms"] = result.Latencies.PercentileMs(0.5),
                ["p99_ms"] = result.Latencies.PercentileMs(0.99),
            };
            if (Durability.Level == DurabilityLevel.Sync)
            {
                figures["groups_per_s"] = result.SyncsPerSecond;
            }

            Figures.Add(figures);
        }

        /// <summary>What the medians are of the limits that are known.</summary>
        public IReadOnlyDictionary<string, double> Shares(DiskLimits limits)
        {
            var medians = Figures.Medians();
            var shares = new Dictionary<string, double>();
            if (limits.WriteBytesPerSecond > 0)
            {
                shares["sequential_write"] = medians["mb_per_s"] * 1e6 / limits.WriteBytesPerSecond;
            }

            if (limits.SyncMs > 0 && medians.TryGetValue("groups_per_s", out var groups))
            {
                shares["fsync"] = groups * limits.SyncMs / 1e3;
            }

            return shares;
        }
    }

    /// <summary>What the disk can do; 0 where it is not known.</summary>
    private sealed record DiskLimits(double WriteBytesPerSecond)
    {
        /// <summary>Until an append of 4 KiB is durable, the median.</summary>
        public double SyncMs { get; set; }
    }
}
