using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;
using Vesper.Bench.Sweeps;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Experiments;

/// <summary><c>build</c>: time, peak memory and bytes of building each index, from nothing.</summary>
internal sealed class BuildExperiment : IExperiment
{
    private const int ManyRows = 100_000;
    private static readonly string[] FigureNames =
        ["build_s", "train_s", "save_s", "peak_rss_bytes", "index_bytes"];

    /// <inheritdoc/>
    public string Name => "build";

    /// <inheritdoc/>
    public string Description => "Time, peak memory and index bytes of building from nothing";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        var engines = await Peers.FindAsync(session, Name, cancellation);
        IReadOnlyList<int> threads = session.Options.Threads.Count > 0
            ? session.Options.Threads
            : [Environment.ProcessorCount];
        await foreach (var dataset in session.OpenDatasetsAsync(Name, KnownSets.ForComparison, cancellation))
        {
            var repeat = RepeatFor(session, dataset);
            var variants = engines.SelectMany(engine => engine.VariantsFor(dataset, session.Options.Smoke)).ToArray();
            var samples = new FigureSamples<(EngineVariant, int)>();
            for (var round = 0; round < repeat; round++)
            {
                foreach (var variant in variants)
                {
                    foreach (var count in threads)
                    {
                        await MeasureAsync(session, dataset, variant, count, samples, cancellation);
                    }
                }
            }

            Write(session, dataset, samples);
        }
    }

    private static int RepeatFor(BenchSession session, Dataset dataset)
    {
        if (!session.Options.RepeatIsDefault || session.Options.Smoke || dataset.Rows <= ManyRows)
        {
            return session.Options.Repeat;
        }

        session.Say(
            $"{dataset.Name}: each index is built once, since it has more than {ManyRows:N0} rows; for a median give "
            + "--repeat 3");
        return 1;
    }

    private async Task MeasureAsync(
        BenchSession session, Dataset dataset, EngineVariant variant, int threads,
        FigureSamples<(EngineVariant, int)> samples, CancellationToken cancellation)
    {
        var directory = session.NewWorkDirectory("build");
        try
        {
            await using var driver = await Driver.StartAsync(variant.Engine, session.Options, cancellation);
            var answer = await driver.BuildAsync(
                dataset,
                new BuildCommand(variant.Index, variant.Parameters, directory, threads, session.Options.Seed),
                cancellation);
            var figures = FigureNames.Where(answer.Figures.ContainsKey)
                .ToDictionary(name => name, name => answer.Figures[name]);
            figures["rows_per_s"] = dataset.Rows / Math.Max(figures["build_s"], 1e-9);
            samples.Add((variant, threads), figures, driver.Facts);
            session.Say($"  {dataset.Name}: built {variant.Engine} {variant.Name} in {figures["build_s"]:0.00} s");
        }
        catch (DriverException error)
        {
            session.Report(Name, variant.Engine, variant.Name, error, dataset);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private void Write(BenchSession session, Dataset dataset, FigureSamples<(EngineVariant, int)> samples)
    {
        var table = Tables.Make(
            "engine", "variant", ">threads", ">build s", ">±", ">rows/s", ">peak memory", ">index on disk");
        foreach (var ((variant, threads), figures) in samples.All)
        {
            var measurement = figures.ToMeasurement(Name, variant.Engine) with
            {
                Dataset = dataset.Facts,
                Variant = variant.Name,
                Seed = session.Options.Seed,
                Parameters = new Dictionary<string, object>(variant.Describe()) { ["threads"] = threads },
            };
            session.Results.Write(measurement);
            table.Add(
                variant.Engine,
                variant.Name,
                Shown.Number(threads),
                Shown.Number(measurement.Figures["build_s"], 2),
                measurement.Noise.TryGetValue("build_s", out var spread) ? Shown.Number(spread * 100, 1) + " %" : "",
                Shown.Number(measurement.Figures["rows_per_s"]),
                Shown.Bytes((long)measurement.Figures["peak_rss_bytes"]),
                Shown.Bytes((long)measurement.Figures["index_bytes"]));
        }

        session.Say($"{dataset.Name}, {dataset.Rows:N0} rows: building. Peak memory is of the whole process.");
        session.Console.Write(table);
    }
}
