using Spectre.Console;
using Vesper.Bench.Datasets;
using Vesper.Bench.Experiments.Recovery;
using Vesper.Bench.Experiments.Writing;
using Vesper.Bench.Limits;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Experiments;

/// <summary>
/// Opening after a crash, where the log is replayed, by the size of the log; and opening after a clean close, by the
/// size of the data, where the time should not grow.
/// </summary>
/// <remarks>
/// The crashed directory is a copy of the files of an open database at rest, all of it flushed: the bytes that a killed
/// process leaves. Its log stays below the size at which the engine takes a checkpoint by itself. Before each opening
/// the page cache is dropped; one opening that is not counted comes first, for the compiler.
/// </remarks>
internal sealed class RecoverExperiment : IExperiment
{
    private const int SourceRows = 16_384;
    private const long RecordOverheadBytes = 64;
    private const int Warm = -1;

    /// <inheritdoc/>
    public string Name => "recover";

    /// <inheritdoc/>
    public string Description => "opening after a crash (log replay) and after a clean close, by size";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        await foreach (var dataset in session.OpenDatasetsAsync(Name, ["mixture"], cancellation).ConfigureAwait(false))
        {
            var directory = session.NewWorkDirectory(Name);
            try
            {
                var source = new PointSource(dataset, SourceRows);
                var limits = MachineLimits.Measure(quick: true, directory);
                await CrashAsync(session, dataset, source, directory, limits, cancellation).ConfigureAwait(false);
                await CleanAsync(session, dataset, directory, cancellation).ConfigureAwait(false);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private async Task CrashAsync(
        BenchSession session,
        Dataset dataset,
        PointSource source,
        string directory,
        MachineLimits limits,
        CancellationToken cancellation)
    {
        var table = new Table().Title($"Opening after a crash: {dataset.Name}, {dataset.Dimensions} dimensions")
            .AddColumns("points/write", "records", "log MB", "open ms", "noise", "records/s", "MB/s", "of CRC-32C");
        foreach (var (kibibytes, pointsPerWrite) in Logs(session.Options.Smoke))
        {
            var writes = kibibytes * 1024 / (source.PointBytes + RecordOverheadBytes) / pointsPerWrite;
            var path = Path.Combine(directory, "crashed");
            var image = await CrashImage.WriteAsync(
                path, source, CrashImage.UnsealedOptions(dataset), (writes, pointsPerWrite), cancellation)
                .ConfigureAwait(false);
            var figures = await ReplayAsync(session, dataset, image, cancellation).ConfigureAwait(false);
            Directory.Delete(path, recursive: true);
            var measurement = ToMeasurement(session, dataset, "crash", figures) with
            {
                Parameters = new Dictionary<string, object>
                {
                    ["points_per_write"] = pointsPerWrite,
                    ["points"] = image.Points,
                    ["page_cache"] = SystemCalls.AreSupported ? "dropped" : "warm",
                },
                LimitShares = new Dictionary<string, double>
                {
                    ["crc32c"] = figures.Medians()["mb_per_s"] * 1e6 / limits.Crc32CBytesPerSecond,
                },
                Facts =
                [
                    "the crashed directory is a copy of an open database at rest, flushed: as a killed process leaves it",
                    "index flat: the replay alone, without building a graph again in the background",
                ],
            };
            session.Results.Write(measurement);
            AddCrashRow(table, measurement);
        }

        session.Console.Write(table);
    }

    private static async Task<RepeatedFigures> ReplayAsync(
        BenchSession session, Dataset dataset, CrashImage image, CancellationToken cancellation)
    {
        var figures = new RepeatedFigures();
        for (var repeat = Warm; repeat < Repeats(session); repeat++)
        {
            // Opening changes the directory: each time a fresh copy.
            var path = image.Path + ".run";
            DatabaseFiles.CopyAtRest(image.Path, path);
            var timing = await OpenTiming.MeasureAsync(path, dataset.Query(0), image.Points, cancellation)
                .ConfigureAwait(false);
            Directory.Delete(path, recursive: true);
            if (timing.Report.CleanlyClosed || timing.Report.RecordsReplayed == 0)
            {
                throw new InvalidDataException("the crashed directory opened without a replay");
            }

            if (repeat < 0)
            {
                continue;
            }

            var seconds = timing.OpenMs / 1e3;
            figures.Add(new Dictionary<string, double>
            {
                ["open_ms"] = timing.OpenMs,
                ["first_search_ms"] = timing.FirstSearchMs,
                ["records"] = timing.Report.RecordsReplayed,
                ["log_bytes"] = timing.Report.BytesReplayed,
                ["records_per_s"] = timing.Report.RecordsReplayed / seconds,
                ["points_per_s"] = image.Points / seconds,
                ["mb_per_s"] = timing.Report.BytesReplayed / 1e6 / seconds,
            });
        }

        return figures;
    }

    private async Task CleanAsync(
        BenchSession session, Dataset dataset, string directory, CancellationToken cancellation)
    {
        var table = new Table().Title($"Opening after a clean close: {dataset.Name}, {dataset.Dimensions} dimensions")
            .AddColumns("points", "data MB", "open ms", "noise", "first search ms");
        int[] sizes = session.Options.Smoke ? [200, 800, 2_000] : [10_000, 30_000, 100_000];
        foreach (var points in sizes.Select(size => Math.Min(size, dataset.Rows)).Distinct())
        {
            var path = Path.Combine(directory, "closed");
            await CloseCleanlyAsync(path, dataset, points, cancellation).ConfigureAwait(false);
            var bytes = DatabaseFiles.Bytes(path);
            var figures = new RepeatedFigures();
            for (var repeat = Warm; repeat < Repeats(session); repeat++)
            {
                var timing = await OpenTiming.MeasureAsync(path, dataset.Query(0), points, cancellation)
                    .ConfigureAwait(false);
                if (!timing.Report.CleanlyClosed || timing.Report.RecordsReplayed > 0)
                {
                    throw new InvalidDataException("the closed directory opened with a replay");
                }

                if (repeat < 0)
                {
                    continue;
                }

                figures.Add(new Dictionary<string, double>
                {
                    ["open_ms"] = timing.OpenMs,
                    ["first_search_ms"] = timing.FirstSearchMs,
                });
            }

            Directory.Delete(path, recursive: true);
            session.Results.Write(ToMeasurement(session, dataset, "clean", figures) with
            {
                Parameters = new Dictionary<string, object>
                {
                    ["points"] = points,
                    ["data_bytes"] = bytes,
                    ["page_cache"] = SystemCalls.AreSupported ? "dropped" : "warm",
                },
                Facts = ["data is read and its checksums are verified at first touch: the first search pays for them"],
            });
            var medians = figures.Medians();
            table.AddRow(
                $"{points:N0}",
                $"{bytes / 1e6:N1}",
                $"{medians["open_ms"]:N1}",
                NoiseOf(figures, "open_ms"),
                $"{medians["first_search_ms"]:N1}");
        }

        session.Console.Write(table);
    }

    /// <summary>A database with the default index, settled and closed.</summary>
    private static async Task CloseCleanlyAsync(
        string path, Dataset dataset, int points, CancellationToken cancellation)
    {
        const int BatchPoints = 1_000;
        var source = new PointSource(dataset, points);
        var database = await VesperDatabase.OpenAsync(path, null, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var options = new CollectionOptions
            {
                Vectors = { [""] = new VectorFieldOptions(dataset.Dimensions, dataset.Metric) },
                Durability = Durability.None,
            };
            var collection = await database.CreateCollectionAsync(CrashImage.CollectionName, options, cancellation)
                .ConfigureAwait(false);
            for (var written = 0; written < points; written += BatchPoints)
            {
                var batch = source.Take(Math.Min(BatchPoints, points - written));
                await collection.UpsertAsync(batch, null, cancellation).ConfigureAwait(false);
            }

            await collection.WaitForIndexingAsync(null, cancellation).ConfigureAwait(false);
        }
    }

    private static IEnumerable<(long Kibibytes, int PointsPerWrite)> Logs(bool isSmoke) => isSmoke
        ? [(256, 1), (1_024, 1), (1_024, 100)]
        : [(8 << 10, 1), (64 << 10, 1), (200 << 10, 1), (200 << 10, 100)];

    private static int Repeats(BenchSession session) => session.Options.Smoke ? 1 : session.Options.Repeat;

    private Measurement ToMeasurement(
        BenchSession session, Dataset dataset, string variant, RepeatedFigures figures) => new()
        {
            Experiment = Name,
            Dataset = dataset.Facts,
            Engine = "vesper",
            Variant = variant,
            Figures = figures.Medians(),
            Noise = figures.Noise(),
            Repeat = figures.Repeats,
            Seed = session.Options.Seed,
        };

    private static void AddCrashRow(Table table, Measurement measurement) => table.AddRow(
        $"{measurement.Parameters["points_per_write"]}",
        $"{measurement.Figures["records"]:N0}",
        $"{measurement.Figures["log_bytes"] / 1e6:N1}",
        $"{measurement.Figures["open_ms"]:N1}",
        measurement.Noise.TryGetValue("open_ms", out var spread) ? $"± {spread:P0}" : "",
        $"{measurement.Figures["records_per_s"]:N0}",
        $"{measurement.Figures["mb_per_s"]:N1}",
        $"{measurement.LimitShares["crc32c"]:P1}");

    private static string NoiseOf(RepeatedFigures figures, string name) =>
        figures.Noise().TryGetValue(name, out var spread) ? $"± {spread:P0}" : "";
}
