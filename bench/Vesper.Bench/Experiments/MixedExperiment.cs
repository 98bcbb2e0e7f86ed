using System.Diagnostics;
using Spectre.Console;
using Vesper.Bench.Datasets;
using Vesper.Bench.Experiments.Mixed;
using Vesper.Bench.Experiments.Recovery;
using Vesper.Bench.Experiments.Writing;
using Vesper.Bench.Measuring;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Experiments;

/// <summary>
/// Searches while points are inserted and deleted at a steady rate: recall, latencies and rates in windows of time,
/// before writing, during it, after it, and after the collection has settled.
/// </summary>
/// <remarks>
/// Four fifths of the rows are live; rows change places with the waiting fifth at random, so that the number of points
/// and their distribution stay. Recall is judged against an exact search of the same collection, made right after the
/// sampled one. Uniform data is the default, as it is hard enough for recall to fall at all.
/// </remarks>
internal sealed class MixedExperiment : IExperiment
{
    private const string CollectionName = "points";
    private const int RowsMax = 1_000_000;
    private const double LiveShare = 0.8;

    /// <inheritdoc/>
    public string Name => "mixed";

    /// <inheritdoc/>
    public string Description => "searches while inserting and deleting: recall drift, latencies, writes per second";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        await foreach (var dataset in session.OpenDatasetsAsync(Name, ["uniform"], cancellation).ConfigureAwait(false))
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
        var plan = PlanOf(session);
        var source = PointSource.Of(dataset, RowsMax);
        var start = Path.Combine(directory, "start");
        await BuildAsync(start, dataset, source, session.Options, cancellation).ConfigureAwait(false);
        var rows = Rows(plan).ToList();
        var repeats = session.Options.Smoke ? 1 : session.Options.Repeat;
        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            var path = Path.Combine(directory, "run");
            DatabaseFiles.CopyAtRest(start, path);
            var figures = await RunOnceAsync(
                path, dataset, new LivePoints(source, LiveShare, session.Options.Seed), plan, cancellation)
                .ConfigureAwait(false);
            Directory.Delete(path, recursive: true);
            foreach (var (row, values) in rows.Zip(figures))
            {
                row.Figures.Add(values);
            }
        }

        rows.ForEach(row => session.Results.Write(ToMeasurement(session, dataset, plan, row)));
        Show(session, dataset, plan, rows);
    }

    private static MixedPlan PlanOf(BenchSession session)
    {
        var threads = session.Options.Threads.Count > 0 ? session.Options.Threads.Max() : 4;
        return session.Options.Smoke
            ? new MixedPlan
            {
                SearchThreads = threads,
                Window = TimeSpan.FromSeconds(0.4),
                Before = 1,
                During = 3,
                After = 1,
            }
            : new MixedPlan
            {
                SearchThreads = threads,
                Window = TimeSpan.FromSeconds(5),
                Before = 2,
                During = 6,
                After = 2,
            };
    }

    private static CollectionOptions OptionsOf(Dataset dataset, BenchOptions options)
    {
        // Tiny data would be scanned, and no graph would be tried.
        var index = new IndexOptions { Kind = options.Smoke ? IndexKind.Hnsw : IndexKind.Auto };
        return new CollectionOptions
        {
            Vectors = { [""] = new VectorFieldOptions(dataset.Dimensions, dataset.Metric) { Index = index } },
        };
    }

    /// <summary>The database that each repeat starts with: settled and closed.</summary>
    private static async Task BuildAsync(
        string path, Dataset dataset, PointSource source, BenchOptions options, CancellationToken cancellation)
    {
        var database = await VesperDatabase.OpenAsync(path, null, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var collection = await database
                .CreateCollectionAsync(CollectionName, OptionsOf(dataset, options), cancellation)
                .ConfigureAwait(false);
            var live = new LivePoints(source, LiveShare, options.Seed);
            var unsynced = new WriteOptions { Durability = Durability.None };
            foreach (var batch in live.All.Chunk(1_000))
            {
                await collection.UpsertAsync(batch, unsynced, cancellation).ConfigureAwait(false);
            }

            await collection.WaitForIndexingAsync(null, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The whole course once: the figures of each row, in order.</summary>
    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, double>>> RunOnceAsync(
        string path, Dataset dataset, LivePoints live, MixedPlan plan, CancellationToken cancellation)
    {
        var database = await VesperDatabase.OpenAsync(path, null, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var collection = database.GetCollection(CollectionName);
            var figures = new List<IReadOnlyDictionary<string, double>>();
            Run(1, null);
            figures.Clear();
            Run(plan.Before, null);
            Run(plan.During, live);
            Run(plan.After, null);
            var started = Stopwatch.GetTimestamp();
            await collection.WaitForIndexingAsync(null, cancellation).ConfigureAwait(false);
            var info = collection.GetInfo();
            figures.Add(new Dictionary<string, double>
            {
                ["settle_s"] = Stopwatch.GetElapsedTime(started).TotalSeconds,
                ["segments"] = info.Segments,
                ["dead_rows"] = info.DeadRows,
            });
            Run(plan.After, null);
            return collection.Count(null, cancellation) == live.Count
                ? figures
                : throw new InvalidDataException($"{collection.Count()} points at the end instead of {live.Count}");

            void Run(int windows, LivePoints? writing) => figures.AddRange(
                new MixedPhase(collection, dataset, plan, windows, cancellation).Run(writing)
                    .Select(window => window.Figures(plan)));
        }
    }

    private static IEnumerable<Row> Rows(MixedPlan plan)
    {
        foreach (var (phase, windows) in new[]
        {
            ("before", plan.Before), ("during", plan.During), ("after", plan.After), ("settling", 1),
            ("settled", plan.After),
        })
        {
            for (var window = 0; window < windows; window++)
            {
                yield return new Row(phase, window);
            }
        }
    }

    private Measurement ToMeasurement(BenchSession session, Dataset dataset, MixedPlan plan, Row row) => new()
    {
        Experiment = Name,
        Dataset = dataset.Facts,
        Engine = "vesper",
        Variant = row.Phase,
        Parameters = new Dictionary<string, object>
        {
            ["window"] = row.Window,
            ["window_s"] = plan.Window.TotalSeconds,
            ["threads"] = plan.SearchThreads,
            ["k"] = plan.K,
            ["batch"] = plan.BatchPoints,
            ["points_per_s"] = plan.PointsPerSecond,
            ["durability"] = "sync",
        },
        Figures = row.Figures.Medians(),
        Noise = row.Figures.Noise(),
        Facts =
        [
            "recall: sampled searches against an exact search right after them; a point inserted between them counts "
                + "as missed",
            "the sampling takes a small part of one processor, and is not in the latencies",
            "searches follow each other without a pause: writes compete with them for the processors",
        ],
        Repeat = row.Figures.Repeats,
        Seed = session.Options.Seed,
    };

    private static void Show(BenchSession session, Dataset dataset, MixedPlan plan, IReadOnlyList<Row> rows)
    {
        var recall = $"recall_{plan.K}";
        var table = Tables.Make(
            "phase", ">window", ">qps", ">noise", ">p50 ms", ">p99 ms", $">recall@{plan.K}", ">points written/s",
            ">ack p50 ms", ">ack p99 ms");
        table.Title($"Searching while writing: {dataset.Name}, {dataset.Dimensions} dimensions, {plan.SearchThreads} "
            + "searching threads");
        foreach (var row in rows)
        {
            var medians = row.Figures.Medians();
            if (medians.TryGetValue("settle_s", out var settle))
            {
                table.Add(row.Phase, $"{Shown.Number(settle, 1)} s");
                continue;
            }

            table.Add(
                row.Phase,
                $"{row.Window + 1}",
                Cell("qps", 0),
                row.Figures.NoiseText("qps"),
                Cell("p50_ms", 3),
                Cell("p99_ms", 3),
                Cell(recall, 4),
                Cell("points_written_per_s", 0),
                Cell("write_p50_ms", 2),
                Cell("write_p99_ms", 2));

            string Cell(string figure, int decimals) =>
                medians.TryGetValue(figure, out var value) ? Shown.Number(value, decimals) : "";
        }

        session.Console.Write(table);
    }

    /// <summary>One window of the course, over all repeats.</summary>
    private sealed record Row(string Phase, int Window)
    {
        public RepeatedFigures Figures { get; } = new();
    }
}
