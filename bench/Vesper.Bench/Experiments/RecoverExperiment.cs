using Spectre.Console;
using Vesper.Bench.Experiments.Recovery;
using Vesper.Bench.Experiments.Writing;
using Vesper.Bench.Limits;
using Vesper.Bench.Measuring;
using Vesper.Cli.Terminal;

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
    private const long RecordOverheadBytes = 64;
    private const int Warm = -1;

    /// <inheritdoc/>
    public string Name => "recover";

    /// <inheritdoc/>
    public string Description => "opening after a crash (log replay) and after a clean close, by size";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        var rowsMax = CleanSizes(session.Options.Smoke).Max();
        var sources = PointSource.OpenAsync(session, Name, rowsMax, cancellation);
        await foreach (var source in sources.ConfigureAwait(false))
        {
            var directory = session.NewWorkDirectory(Name);
            try
            {
                var limits = MachineLimits.Measure(quick: true, directory);
                await CrashAsync(session, source, directory, limits, cancellation).ConfigureAwait(false);
                await CleanAsync(session, source, directory, cancellation).ConfigureAwait(false);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private async Task CrashAsync(
        BenchSession session,
        PointSource source,
        string directory,
        MachineLimits limits,
        CancellationToken cancellation)
    {
        var table = Tables.Make(
            ">points/write", ">records", ">log MB", ">open ms", ">noise", ">records/s", ">MB/s", ">of CRC-32C");
        table.Title($"Opening after a crash: {source.Facts.Name}, {source.Dimensions} dimensions");
        foreach (var (kibibytes, pointsPerWrite) in Logs(session.Options.Smoke))
        {
            var writes = kibibytes * 1024 / (source.PointBytes + RecordOverheadBytes) / pointsPerWrite;
            var path = Path.Combine(directory, "crashed");
            var image = await CrashImage.WriteAsync(
                path, source, CrashImage.UnsealedOptions(source), (writes, pointsPerWrite), cancellation)
                .ConfigureAwait(false);
            var figures = await ReplayAsync(session, source, image, cancellation).ConfigureAwait(false);
            Directory.Delete(path, recursive: true);
            var measurement = ToMeasurement(session, source, "crash", figures) with
            {
                Parameters = new Dictionary<string, object>
                {
                    ["points_per_write"] = pointsPerWrite,
                    ["points"] = image.Points,
                    ["page_cache"] = OpenTiming.IsCold ? "dropped" : "warm",
                },
                LimitShares = new Dictionary<string, double>
                {
                    ["crc32c"] = figures.Medians()["mb_per_s"] * 1e6 / limits.Crc32CBytesPerSecond,
                },
                Facts =
                [
                    "the crashed directory is a copy of an open database at rest, flushed: what a killed one leaves",
                    "index flat: the replay alone, without building a graph again in the background",
                ],
            };
            session.Results.Write(measurement);
            AddCrashRow(table, figures, measurement);
        }

        session.Console.Write(table);
    }

    private static async Task<RepeatedFigures> ReplayAsync(
        BenchSession session, PointSource source, CrashImage image, CancellationToken cancellation)
    {
        var figures = new RepeatedFigures();
        for (var repeat = Warm; repeat < Repeats(session); repeat++)
        {
            // Opening changes the directory: each time a fresh copy.
            var path = image.Path + ".run";
            DatabaseFiles.CopyAtRest(image.Path, path);
            var timing = await OpenTiming.MeasureAsync(path, source.Row(0), image.Points, cancellation)
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
        BenchSession session, PointSource source, string directory, CancellationToken cancellation)
    {
        var table = Tables.Make(">points", ">data MB", ">open ms", ">noise", ">first search ms");
        table.Title($"Opening after a clean close: {source.Facts.Name}, {source.Dimensions} dimensions");
        var sizes = CleanSizes(session.Options.Smoke);
        foreach (var points in sizes.Select(size => Math.Min(size, source.Count)).Distinct())
        {
            var path = Path.Combine(directory, "closed");
            await CloseCleanlyAsync(path, source, points, cancellation).ConfigureAwait(false);
            var bytes = DatabaseFiles.Bytes(path);
            var figures = new RepeatedFigures();
            for (var repeat = Warm; repeat < Repeats(session); repeat++)
            {
                var timing = await OpenTiming.MeasureAsync(path, source.Row(0), points, cancellation)
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
            session.Results.Write(ToMeasurement(session, source, "clean", figures) with
            {
                Parameters = new Dictionary<string, object>
                {
                    ["points"] = points,
                    ["data_bytes"] = bytes,
                    ["page_cache"] = OpenTiming.IsCold ? "dropped" : "warm",
                },
                Facts = ["data is read and its checksums are verified at first touch: the first search pays for them"],
            });
            var medians = figures.Medians();
            table.Add(
                Shown.Number(points),
                Shown.Number(bytes / 1e6, 1),
                Shown.Number(medians["open_ms"], 1),
                figures.NoiseText("open_ms"),
                Shown.Number(medians["first_search_ms"], 1));
        }

        session.Console.Write(table);
    }

    /// <summary>A database with the default index, settled and closed.</summary>
    private static async Task CloseCleanlyAsync(
        string path, PointSource source, int points, CancellationToken cancellation)
    {
        const int BatchPoints = 1_000;
        source.Restart();
        var database = await VesperDatabase.OpenAsync(path, null, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var options = new CollectionOptions
            {
                Vectors = { [""] = new VectorFieldOptions(source.Dimensions, source.Metric) },
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

    private static int[] CleanSizes(bool isSmoke) =>
        isSmoke ? [200, 800, 2_000] : [3_000, 10_000, 30_000, 100_000];

    private static int Repeats(BenchSession session) => session.Options.Smoke ? 1 : session.Options.Repeat;

    private Measurement ToMeasurement(
        BenchSession session, PointSource source, string variant, RepeatedFigures figures) => new()
        {
            Experiment = Name,
            Dataset = source.Facts,
            Engine = "vesper",
            Variant = variant,
            Figures = figures.Medians(),
            Noise = figures.Noise(),
            Repeat = figures.Repeats,
            Seed = session.Options.Seed,
        };

    private static void AddCrashRow(Table table, RepeatedFigures figures, Measurement measurement)
    {
        var medians = measurement.Figures;
        table.Add(
            $"{measurement.Parameters["points_per_write"]}",
            Shown.Number(medians["records"]),
            Shown.Number(medians["log_bytes"] / 1e6, 1),
            Shown.Number(medians["open_ms"], 1),
            figures.NoiseText("open_ms"),
            Shown.Number(medians["records_per_s"]),
            Shown.Number(medians["mb_per_s"], 1),
            Shown.Number(100 * measurement.LimitShares["crc32c"], 1) + " %");
    }
}
