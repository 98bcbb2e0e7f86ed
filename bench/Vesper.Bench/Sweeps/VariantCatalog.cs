using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;

namespace Vesper.Bench.Sweeps;

/// <summary>The variants of each engine that are measured: the best that is known of each.</summary>
internal static class VariantCatalog
{
    private const int EfConstruction = 200;
    private const int SlowQueries = 100;
    private const int PartitionQueries = 300;
    private const int Rerank = 10;
    private static readonly int[] GraphEfforts = [20, 40, 80, 160, 320];
    private static readonly int[] FewGraphEfforts = [40, 80, 160, 320];

    // Word vectors and what is made of them: the same efforts end far below a recall of 0.99.
    private static readonly int[] HardGraphEfforts = [40, 100, 250, 600, 2_000];
    private static readonly int[] FewHardGraphEfforts = [100, 250, 600, 1_200];
    private static readonly int[] WideEfforts = [120, 240, 480];
    private static readonly int[] SmokeEfforts = [16, 64];
    private static readonly int[] SmokeWideEfforts = [120];
    private static readonly int[] Probes = [8, 24, 64];

    /// <summary>The variants of an engine for a data set.</summary>
    public static IReadOnlyList<EngineVariant> Of(string engine, Dataset dataset, bool smoke) => engine switch
    {
        "hnswlib" => [Graph(engine, 16, dataset, smoke), Graph(engine, 32, dataset, smoke)],
        DriverCatalog.Vesper =>
        [
            Graph(engine, 16, dataset, smoke),
            Graph(engine, 32, dataset, smoke),
            .. Inverted(dataset, smoke),
        ],
        "usearch" =>
        [
            Graph(engine, 16, dataset, smoke),
            Graph(engine, 32, dataset, smoke),
            Small(Graph(engine, 32, dataset, smoke), "hnsw-i8", dataset, smoke),
        ],
        "faiss" =>
        [
            Graph(engine, 32, dataset, smoke),
            Small(Graph(engine, 32, dataset, smoke), "hnsw-sq8", dataset, smoke),
            .. Partitions(dataset),
            Flat(engine),
        ],
        "lancedb" => Lance(dataset, smoke),
        _ => [Flat(engine)],
    };

    /// <summary>Lists of a partitioned index: about four times the root of the rows, a power of two.</summary>
    public static int ListsFor(int rows) =>
        Math.Max(4, 1 << (int)Math.Round(Math.Log2(4 * Math.Sqrt(rows))));

    /// <summary>
    /// Parts of a product quantizer: the number nearest below <paramref name="most"/> that divides the dimensions, or 0
    /// when only a far smaller one does.
    /// </summary>
    public static int PartsFor(int dimensions, int most)
    {
        var parts = Enumerable.Range(1, Math.Max(1, most)).Last(count => dimensions % count == 0);
        return parts * 3 >= most ? parts : 0;
    }

    private static EngineVariant Graph(string engine, int m, Dataset dataset, bool smoke) => new()
    {
        Engine = engine,
        Index = "hnsw",
        Parameters = new Dictionary<string, int> { ["m"] = m, ["ef_construction"] = EfConstruction },
        Naming = ["m"],
        Efforts = Each("ef", smoke ? SmokeEfforts : IsHard(dataset) ? HardGraphEfforts : GraphEfforts),
        WideEfforts = Each("ef", smoke ? SmokeWideEfforts : WideEfforts),
    };

    private static EngineVariant Small(EngineVariant graph, string index, Dataset dataset, bool smoke) => graph with
    {
        Index = index,
        Efforts = FewEfforts(dataset, smoke),
        WideEfforts = [],
    };

    private static bool IsHard(Dataset dataset) => dataset.Metric == Metric.Cosine;

    private static IReadOnlyList<IReadOnlyDictionary<string, int>> FewEfforts(Dataset dataset, bool smoke) =>
        Each("ef", smoke ? SmokeEfforts : IsHard(dataset) ? FewHardGraphEfforts : FewGraphEfforts);

    private static EngineVariant Flat(string engine) => new()
    {
        Engine = engine,
        Index = "flat",
        Efforts = [new Dictionary<string, int>()],
        MostQueries = SlowQueries,
    };

    private static IEnumerable<EngineVariant> Partitions(Dataset dataset)
    {
        var lists = ListsFor(dataset.Rows);
        yield return Partitioned("ivf-flat", new Dictionary<string, int> { ["nlist"] = lists }, rerank: null);
        if (PartsFor(dataset.Dimensions, dataset.Dimensions / 4) is var parts and > 0)
        {
            yield return Partitioned("ivf-pq", Quantized(lists, parts, 8), Rerank);
            yield return Partitioned("opq-ivf-pq", Quantized(lists, parts, 8), Rerank);
        }

        if (PartsFor(dataset.Dimensions, dataset.Dimensions / 2) is var halves and > 0)
        {
            yield return Partitioned("ivf-pq-fs", Quantized(lists, halves, 4), Rerank);
            yield return Partitioned("opq-ivf-pq-fs", Quantized(lists, halves, 4), Rerank);
        }
    }

    private static EngineVariant Partitioned(
        string index, IReadOnlyDictionary<string, int> parameters, int? rerank) => new()
        {
            Engine = "faiss",
            Index = index,
            Parameters = parameters,
            Naming = ["nlist", .. parameters.Keys.Where(name => name == "pq_m")],
            Efforts = [.. Probes.Select(probes => Probe(probes, rerank))],
            MostQueries = PartitionQueries,
        };

    private static IEnumerable<EngineVariant> Inverted(Dataset dataset, bool smoke)
    {
        var lists = new Dictionary<string, int> { ["nlist"] = ListsFor(dataset.Rows) };
        var halves = PartsFor(dataset.Dimensions, dataset.Dimensions / 2);
        var fast = halves > 0 ? Quantized(lists["nlist"], halves, 4) : null;
        (string Index, Dictionary<string, int>? Parameters)[] variants =
        [
            ("ivf-sq", lists), ("ivf-rabitq", lists), ("ivf-pq-fs", fast), ("opq-ivf-pq-fs", smoke ? null : fast),
        ];
        foreach (var (index, parameters) in variants.Where(variant => variant.Parameters is not null))
        {
            yield return new EngineVariant
            {
                Engine = DriverCatalog.Vesper,
                Index = index,
                Parameters = parameters!,
                Naming = [.. parameters!.Keys.Where(name => name != "pq_bits")],
                Efforts = Each("nprobe", Probes),
            };
        }
    }

    private static IReadOnlyList<EngineVariant> Lance(Dataset dataset, bool smoke)
    {
        var lists = Math.Max(1, ListsFor(dataset.Rows) / 4);
        var graph = Graph("lancedb", 32, dataset, smoke);
        EngineVariant[] all =
        [
            new()
            {
                Engine = "lancedb",
                Index = "ivf-pq",
                Parameters = new Dictionary<string, int>
                {
                    ["nlist"] = lists,
                    ["pq_m"] = PartsFor(dataset.Dimensions, dataset.Dimensions / 4),
                },
                Naming = ["nlist", "pq_m"],
                Efforts = [.. Probes.Select(probes => Probe(probes, Rerank))],
                MostQueries = SlowQueries,
            },
            graph with
            {
                Index = "ivf-hnsw-sq",
                Efforts = FewEfforts(dataset, smoke),
                WideEfforts = [],
                MostQueries = SlowQueries,
            },
        ];
        return [.. all.Where(variant => variant.Parameters.Values.All(value => value > 0))];
    }

    private static Dictionary<string, int> Quantized(int lists, int parts, int bits) =>
        new() { ["nlist"] = lists, ["pq_m"] = parts, ["pq_bits"] = bits };

    private static Dictionary<string, int> Probe(int probes, int? rerank)
    {
        var effort = new Dictionary<string, int> { ["nprobe"] = probes };
        if (rerank is { } candidates)
        {
            effort["rerank"] = candidates;
        }

        return effort;
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, int>> Each(string name, int[] values) =>
        [.. values.Select(value => new Dictionary<string, int> { [name] = value })];
}
