using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;
using Vesper.Bench.Sweeps;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Experiments;

/// <summary>
/// <c>persist</c>: saving an index, and opening it until the first query is answered, from a cold and from a warm page
/// cache, each time in a new process.
/// </summary>
internal sealed class PersistExperiment : IExperiment
{
    private const string NewProcess =
        "opened in a new process each time: where code is compiled as it is first run, that is in the time";

    /// <inheritdoc/>
    public string Name => "persist";

    /// <inheritdoc/>
    public string Description => "Saving, and opening from a cold and a warm page cache";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        var engines = await Peers.FindAsync(session, Name, cancellation);
        await foreach (var dataset in session.OpenDatasetsAsync(Name, KnownSets.ForComparison, cancellation))
        {
            var samples = new FigureSamples<EngineVariant>();
            var variants = engines
                .Select(engine => (engine, engine.VariantsFor(dataset, session.Options.Smoke).First()))
                .ToArray();
            for (var round = 0; round < session.Options.Repeat; round++)
            {
                foreach (var (engine, variant) in variants)
                {
                    try
                    {
                        await MeasureAsync(session, dataset, engine, variant, samples, cancellation);
                    }
                    catch (DriverException error)
                    {
                        session.Report(Name, variant.Engine, variant.Name, error, dataset);
                    }
                }
            }

            Write(session, dataset, samples);
        }
    }

    private static async Task MeasureAsync(
        BenchSession session, Dataset dataset, FoundEngine engine, EngineVariant variant,
        FigureSamples<EngineVariant> samples, CancellationToken cancellation)
    {
        var directory = IndexCache.DirectoryOf(session.Options, dataset, variant, engine.Hello);
        var saved = await OpenAsync(session, dataset, variant, directory, cancellation);
        var problem = PageCache.Drop(directory);
        var bandwidth = PageCache.ReadThrough(directory);
        PageCache.Drop(directory);
        var cold = await OpenAsync(session, dataset, variant, directory, cancellation);
        var warm = await OpenAsync(session, dataset, variant, directory, cancellation);
        var bytes = saved.Figures["index_bytes"];
        var figures = new Dictionary<string, double>
        {
            ["save_s"] = saved.Figures["save_s"],
            ["index_bytes"] = bytes,
            ["bytes_per_row"] = bytes / dataset.Rows,
            ["warm_open_s"] = warm.Figures["load_s"],
            ["warm_mb_per_s"] = bytes / 1e6 / Math.Max(warm.Figures["load_s"], 1e-9),
        };
        if (problem is null)
        {
            figures["cold_open_s"] = cold.Figures["load_s"];
            figures["cold_mb_per_s"] = bytes / 1e6 / Math.Max(cold.Figures["load_s"], 1e-9);
            figures["disk_mb_per_s"] = bandwidth / 1e6;
        }

        samples.Add(variant, figures, [.. engine.Hello.Facts, NewProcess, .. problem is null ? [] : new[] { problem }]);
    }

    private static async Task<BuildAnswer> OpenAsync(
        BenchSession session, Dataset dataset, EngineVariant variant, string directory, CancellationToken cancellation)
    {
        await using var driver = await Driver.StartAsync(variant.Engine, session.Options, cancellation);
        return await driver.BuildAsync(
            dataset,
            new BuildCommand(
                variant.Index, variant.Parameters, directory, Environment.ProcessorCount, session.Options.Seed),
            cancellation);
    }

    private void Write(BenchSession session, Dataset dataset, FigureSamples<EngineVariant> samples)
    {
        var table = Tables.Make(
            "engine", "variant", ">save s", ">on disk", ">bytes/row", ">cold open s", ">share of disk", ">warm open s");
        foreach (var (variant, figures) in samples.All)
        {
            var measurement = figures.ToMeasurement(Name, variant.Engine) with
            {
                Dataset = dataset.Facts,
                Variant = variant.Name,
                Seed = session.Options.Seed,
                Parameters = variant.Describe(),
            };
            if (measurement.Figures.TryGetValue("cold_mb_per_s", out var cold))
            {
                measurement = measurement with
                {
                    LimitShares = new Dictionary<string, double>
                    {
                        ["read_bandwidth"] = cold / measurement.Figures["disk_mb_per_s"],
                    },
                };
            }

            session.Results.Write(measurement);
            AddRow(table, measurement);
        }

        session.Say(
            $"{dataset.Name}, {dataset.Rows:N0} rows: opening ends with the answer to a first query. The share is of "
            + "the bandwidth at which the same files are read through with the page cache dropped.");
        session.Console.Write(table);
    }

    private static void AddRow(Spectre.Console.Table table, Measurement measurement) => table.Add(
        measurement.Engine,
        measurement.Variant,
        Shown.Number(measurement.Figures["save_s"], 3),
        Shown.Bytes((long)measurement.Figures["index_bytes"]),
        Shown.Number(measurement.Figures["bytes_per_row"]),
        measurement.Figures.TryGetValue("cold_open_s", out var seconds) ? Shown.Number(seconds, 3) : "not measured",
        measurement.LimitShares.TryGetValue("read_bandwidth", out var share) ? $"{share * 100:0} %" : "",
        Shown.Number(measurement.Figures["warm_open_s"], 3));
}
