using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Filtering;
using Vesper.Bench.Measuring;
using Vesper.Bench.Sweeps;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Experiments;

/// <summary><c>memory</c>: bytes a vector takes, on disk by component and in a process that loaded it.</summary>
internal sealed class MemoryExperiment : IExperiment
{
    private static readonly string[] Facts =
    [
        "file_*_per_row: bytes of the segment files' sections; vectors have the same bytes in memory",
        "native_per_row: native memory that the engine counts; managed_per_row: the heap of the garbage collector",
        "rss_per_row: growth of the process's resident set from its start to the first answer",
    ];

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public string Description => "Bytes of a vector by component, on disk and in memory";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        var engines = await Peers.FindAsync(session, Name, cancellation);
        await foreach (var dataset in session.OpenDatasetsAsync(Name, KnownSets.ForComparison, cancellation))
        {
            var measured = new List<Measurement>();
            foreach (var engine in engines)
            {
                foreach (var variant in engine.VariantsFor(dataset, session.Options.Smoke))
                {
                    if (await MeasureAsync(session, dataset, engine, variant, cancellation) is { } measurement)
                    {
                        measured.Add(measurement);
                    }
                }
            }

            measured.Add(await MeasurePayloadAsync(session, dataset, cancellation));
            foreach (var measurement in measured)
            {
                session.Results.Write(measurement);
            }

            Write(session, dataset, measured);
        }
    }

    private async Task<Measurement?> MeasureAsync(
        BenchSession session, Dataset dataset, FoundEngine engine, EngineVariant variant,
        CancellationToken cancellation)
    {
        try
        {
            var directory = IndexCache.DirectoryOf(session.Options, dataset, variant, engine.Hello);
            var command = new BuildCommand(
                variant.Index, variant.Parameters, directory, Environment.ProcessorCount, session.Options.Seed);
            await using (var builder = await Driver.StartAsync(variant.Engine, session.Options, cancellation))
            {
                await builder.BuildAsync(dataset, command, cancellation);
            }

            // Loaded by a process that has not built it, whose memory holds nothing else.
            await using var driver = await Driver.StartAsync(variant.Engine, session.Options, cancellation);
            var before = driver.RssBytes;
            var loaded = await driver.BuildAsync(dataset, command, cancellation);
            var figures = new Dictionary<string, double>
            {
                ["index_per_row"] = loaded.Figures["index_bytes"],
                ["rss_per_row"] = Math.Max(0, loaded.Figures["rss_bytes"] - before),
            };
            AddWhere(loaded.Figures, "native_bytes", figures, "native_per_row");
            AddWhere(loaded.Figures, "managed_bytes", figures, "managed_per_row");
            if (variant.Engine == DriverCatalog.Vesper)
            {
                AddSections(directory, figures);
            }

            return Make(session, dataset, variant.Engine, variant.Name, figures) with
            {
                Facts = [.. driver.Facts, .. Facts],
            };
        }
        catch (DriverException error)
        {
            session.Report(Name, variant.Engine, variant.Name, error, dataset);
            return null;
        }
    }

    private async Task<Measurement> MeasurePayloadAsync(
        BenchSession session, Dataset dataset, CancellationToken cancellation)
    {
        var windows = FilterWindows.Of(dataset, session.Options.Seed);
        await using var ranked = await RankedCollection.OpenAsync(session, dataset, windows, cancellation);
        ranked.Collection.Search(new SearchRequest { Vector = dataset.Query(0) });
        var info = ranked.Collection.GetInfo();
        var figures = new Dictionary<string, double>
        {
            ["index_per_row"] = info.Bytes,
            ["native_per_row"] = info.MemoryBytes,
        };
        AddSections(ranked.Directory, figures);
        return Make(session, dataset, DriverCatalog.Vesper, "hnsw m=16, two indexed integers", figures);
    }

    private Measurement Make(
        BenchSession session, Dataset dataset, string engine, string variant, Dictionary<string, double> figures) =>
        new()
        {
            Experiment = Name,
            Dataset = dataset.Facts,
            Engine = engine,
            Variant = variant,
            Seed = session.Options.Seed,
            Figures = figures.ToDictionary(pair => pair.Key, pair => pair.Value / dataset.Rows),
            Facts = Facts,
        };

    private static void AddWhere(
        IReadOnlyDictionary<string, double> from, string name, Dictionary<string, double> into, string target)
    {
        if (from.TryGetValue(name, out var value))
        {
            into[target] = value;
        }
    }

    private static void AddSections(string directory, Dictionary<string, double> into)
    {
        foreach (var (part, bytes) in SegmentSections.Of(directory))
        {
            into[$"file_{part}_per_row"] = bytes;
        }
    }

    private static void Write(BenchSession session, Dataset dataset, List<Measurement> measured)
    {
        string[] names =
        [
            "index_per_row", "file_vectors_per_row", "file_graph_per_row", "file_ids_per_row", "file_payload_per_row",
            "file_payload_indexes_per_row", "native_per_row", "managed_per_row", "rss_per_row",
        ];
        var table = Tables.Make(
            "engine", "variant", ">on disk", ">vectors", ">graph", ">ids", ">payload", ">payload indexes", ">native",
            ">managed", ">resident");
        foreach (var one in measured)
        {
            table.Add(names
                .Select(name => one.Figures.TryGetValue(name, out var value) ? Shown.Number(value, 1) : "")
                .Prepend(one.Variant)
                .Prepend(one.Engine));
        }

        session.Say(
            $"{dataset.Name}, {dataset.Rows:N0} × {dataset.Dimensions} ({dataset.Dimensions * 4} bytes a vector): "
            + "bytes a row. On disk by sections of the segment files; native as the engine counts it; resident is the "
            + "growth of the process from its start to the first answer.");
        session.Console.Write(table);
    }
}
