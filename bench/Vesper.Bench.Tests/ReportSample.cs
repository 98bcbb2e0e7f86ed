using System.Text.Json;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Tests;

/// <summary>Measurements as a long run would give them, made up: for every section of the report.</summary>
internal sealed class ReportSample
{
    private static readonly DatasetFacts[] Datasets =
    [
        new("sift-500k", 500_000, 128, "l2", 2_000),
        new("glove-100", 331_479, 100, "cosine", 2_000),
        new("debdocs", 62_666, 100, "cosine", 1_000),
    ];

    private static readonly string[] Generic =
    [
        "compiled with: GENERIC OPTIMIZE; a generic build without AVX2: no fair opponent for IVF and FastScan",
        "BLAS: OpenBLAS with its code for SkylakeX; OPENBLAS_CORETYPE=SkylakeX",
    ];

    private static readonly (string Engine, string Index, double Speed, double Miss, string[] Facts)[] Graphs =
    [
        ("vesper", "hnsw", 1.12, 1.0, ["512-bit kernels"]),
        ("hnswlib", "hnsw", 1.0, 1.0, ["0.8.0, compiled with -O3 -march=native"]),
        ("faiss", "hnsw", 0.8, 1.05, Generic),
        ("faiss", "hnsw-sq8", 0.95, 1.4, []),
        ("usearch", "hnsw", 1.03, 1.3, ["2.17, called from Node"]),
        ("usearch", "hnsw-i8", 1.35, 1.9, []),
        ("lancedb", "ivf-hnsw-sq", 0.25, 1.5, []),
    ];

    private static readonly MachineFacts Machine = new(
        "Example CPU 8481C @ 2.70GHz", 2, "AVX-512 F BW CD DQ VL VBMI", 25_000_000_000, "Linux 6.1.0", ".NET 10.0.1");

    private readonly Random _random = new(7);
    private readonly List<Measurement> _made = [];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Measurement> Make()
    {
        var sample = new ReportSample();
        sample.AddSearches();
        sample.AddBuilds();
        sample.AddFilters();
        sample.AddMemory();
        sample.AddWrites();
        sample.AddRest();
        return sample._made;
    }

    /// <summary>As lines of a file.</summary>
    public static string Lines(IEnumerable<Measurement> measurements) => string.Concat(
        measurements.Select(one => JsonSerializer.Serialize(one, MeasurementJson.Default.Measurement) + "\n"));

    /// <summary>A point of a curve.</summary>
    public static Measurement Point(
        string engine, string variant, double recall, double qps, int ef = 40, string dataset = "d") => new()
        {
            Experiment = "recall",
            Dataset = new DatasetFacts(dataset, 1_000, 8, "l2", 100),
            Engine = engine,
            Variant = variant,
            Parameters = new Dictionary<string, object> { ["ef"] = ef, ["k"] = 10, ["threads"] = 1 },
            Figures = new Dictionary<string, double> { ["qps"] = qps, ["recall_10"] = recall, ["p50_ms"] = 1000 / qps },
        };

    private void AddSearches()
    {
        foreach (var data in Datasets)
        {
            foreach (var (k, threads) in new[] { (10, 1), (100, 1), (10, 2), (100, 2) })
            {
                foreach (var graph in Graphs)
                {
                    foreach (var m in graph.Index == "hnsw" ? new[] { 16, 32 } : [32])
                    {
                        AddCurve(data, graph.Engine, $"{graph.Index} m={m}", graph.Facts, "ef", k, threads,
                            graph.Speed * (m == 32 ? 0.82 : 1), graph.Miss * (m == 32 ? 0.5 : 1));
                    }
                }

                AddCurve(data, "faiss", "ivf-flat nlist=1024", Generic, "nprobe", k, threads, 0.09, 0.8);
                AddCurve(
                    data, "faiss", "opq-ivf-pq-fs nlist=1024", Generic, "nprobe", k, threads, 0.2, 0.9, ceiling: 0.93);
                AddFlat(data, "faiss", k, threads, 45);
            }
        }

        foreach (var point in _made.Where(one => one.Variant == "hnsw m=16" && one.Engine == "vesper").ToArray())
        {
            var figures = point.Figures.ToDictionary();
            figures["qps"] *= 1 + ((_random.NextDouble() - 0.5) * 0.05);
            _made.Add(point with { Twin = true, Figures = figures });
        }
    }

    private void AddCurve(
        DatasetFacts data, string engine, string variant, string[] facts, string effort, int k, int threads,
        double speed, double miss, double ceiling = 1)
    {
        foreach (var value in new[] { 20, 40, 80, 120, 160, 240, 320, 480, 640 }.Where(ef => ef >= k))
        {
            var missed = miss * 1.9 * Math.Pow(k, 0.45) * Math.Pow(value, -1.25) * (data.Name == "glove-100" ? 3 : 1);
            var recall = Math.Min(ceiling, 1 - missed);
            var qps = 260_000.0 * speed * threads * 0.95 / Math.Pow(value + 8, 0.83) * Jitter(0.03);
            Add("recall", data, engine, variant,
                new() { [effort] = value, ["k"] = k, ["threads"] = threads },
                new()
                {
                    ["qps"] = qps,
                    [$"recall_{k}"] = Math.Max(0.05, recall),
                    ["recall_1"] = Math.Min(1, recall + 0.01),
                    ["p50_ms"] = 950 * threads / qps,
                    ["p95_ms"] = 1400 * threads / qps,
                    ["p99_ms"] = 1900 * threads / qps,
                },
                facts, noise: "qps");
        }
    }

    private void AddFlat(DatasetFacts data, string engine, int k, int threads, double qps) => Add(
        "recall", data, engine, "flat", new() { ["k"] = k, ["threads"] = threads },
        new() { ["qps"] = qps * threads * 500_000 / data.Rows, [$"recall_{k}"] = 1, ["p50_ms"] = 16, ["p99_ms"] = 19 });

    private void AddBuilds()
    {
        foreach (var data in Datasets)
        {
            foreach (var graph in Graphs)
            {
                foreach (var m in new[] { 16, 32 })
                {
                    var bytes = data.Rows * ((data.Dimensions * 4.0) + (m * 9));
                    var seconds = data.Rows / 5_500.0 / graph.Speed * Math.Sqrt(m / 16.0);
                    var variant = $"{graph.Index} m={m}";
                    var parameters = new Dictionary<string, object>
                    {
                        ["m"] = m,
                        ["ef_construction"] = 200,
                        ["threads"] = 2,
                    };
                    Add("build", data, graph.Engine, variant, parameters, new()
                    {
                        ["build_s"] = seconds * Jitter(0.05),
                        ["peak_rss_bytes"] = bytes * 1.3,
                        ["index_bytes"] = bytes,
                    });
                    Add("persist", data, graph.Engine, variant, parameters, new()
                    {
                        ["save_s"] = bytes / 4e8,
                        ["cold_open_s"] = bytes / 9e8,
                        ["warm_open_s"] = bytes / 4e9,
                        ["index_bytes"] = bytes,
                    });
                }
            }
        }
    }

    private void AddFilters()
    {
        foreach (var data in Datasets[..2])
        {
            foreach (var kind in new[] { "none", "uncorrelated", "correlated", "anti-correlated" })
            {
                foreach (var share in kind == "none" ? [1] : new[] { 0.001, 0.01, 0.05, 0.2, 0.5, 0.8 })
                {
                    foreach (var ef in new[] { 64, 128 })
                    {
                        var ratio = Math.Pow(share, kind == "anti-correlated" ? -0.45 : -0.2) * Jitter(0.1);
                        Add(
                            "filter",
                            data,
                            "vesper",
                            kind,
                            new() { ["selectivity"] = share, ["ef"] = ef, ["k"] = 10 },
                            new()
                            {
                                ["qps"] = 9_000 * 64 / ef / ratio,
                                ["recall_10"] = 1 - (0.03 * 64 / ef * Math.Sqrt(share) * Jitter(0.2)),
                                ["time_ratio"] = ratio,
                            });
                    }
                }
            }
        }
    }

    private void AddMemory()
    {
        foreach (var data in Datasets)
        {
            foreach (var (engine, m) in new[] { ("vesper", 16), ("vesper", 32), ("hnswlib", 16), ("hnswlib", 32) })
            {
                double vectors = data.Dimensions * 4;
                var figures = new Dictionary<string, double>
                {
                    ["index_per_row"] = vectors + (m * 9) + 35,
                    ["rss_per_row"] = vectors + (m * 9) + 90,
                };
                if (engine == "vesper")
                {
                    figures["native_per_row"] = vectors + (m * 9);
                    figures["managed_per_row"] = 26;
                    figures["file_vectors_per_row"] = vectors;
                    figures["file_graph_per_row"] = m * 9;
                    figures["file_ids_per_row"] = 24;
                    figures["file_payload_per_row"] = 0;
                    figures["file_other_per_row"] = 11;
                }

                Add("memory", data, engine, $"hnsw m={m}", [], figures);
            }
        }
    }

    private void AddWrites()
    {
        foreach (var level in new[] { "sync", "interval", "none" })
        {
            foreach (var batch in new[] { 1, 10, 100, 1_000, 2, 20, 200, 2_000 })
            {
                var writers = batch.ToString()[0] == '2' ? 16 : 1;
                var size = batch / (writers == 1 ? 1 : 2);
                var rate = Math.Min(90_000, size * (level == "sync" ? 700.0 : level == "interval" ? 9_000 : 14_000)
                    * Math.Sqrt(writers));
                Add("durable", Datasets[2], "vesper", $"{level} flat",
                    new() { ["durability"] = level, ["batch"] = size, ["writers"] = writers },
                    new()
                    {
                        ["points_per_s"] = rate * Jitter(0.05),
                        ["p50_ms"] = 700 * size / rate,
                        ["p99_ms"] = 2100 * size / rate,
                    },
                    ["points are made and encoded by the writers within the measured time"], noise: "points_per_s");
            }
        }

        foreach (var records in new[] { 10_000, 50_000, 200_000 })
        {
            var crash = new Dictionary<string, object> { ["points_per_write"] = 1, ["points"] = records };
            var clean = new Dictionary<string, object> { ["points"] = records, ["data_bytes"] = records * 610 };
            Add("recover", Datasets[2], "vesper", "crash", crash, new()
            {
                ["open_ms"] = records / 180.0,
                ["log_bytes"] = records * 540.0,
                ["records_per_s"] = 180_000 * Jitter(0.1),
                ["mb_per_s"] = 95 * Jitter(0.1),
            });
            Add("recover", Datasets[2], "vesper", "clean", clean, new()
            {
                ["open_ms"] = 3 + (records / 90_000.0),
                ["first_search_ms"] = records / 9_000.0,
            });
        }

        string[] course =
            ["before", "before", .. Enumerable.Repeat("during", 6), "after", "after", "settled", "settled"];
        for (var i = 0; i < course.Length; i++)
        {
            var slow = course[i] == "during" ? 3 : 1;
            var window = i - Array.IndexOf(course, course[i]);
            Add("mixed", Datasets[2], "vesper", course[i], new() { ["window"] = window, ["window_s"] = 5.0 }, new()
            {
                ["qps"] = 4_000 * Jitter(0.1) / slow,
                ["p99_ms"] = 0.8 * slow * Jitter(0.2),
                ["recall_10"] = 0.985 - (i * 0.001),
            });
        }
    }

    private void AddRest()
    {
        Add("limits", null, "machine", "memory", new() { ["threads"] = 1 }, new() { ["read_gb_per_s"] = 11.2 });
        Add("limits", null, "machine", "memory", new() { ["threads"] = 2 }, new() { ["read_gb_per_s"] = 19.4 });
        Add("limits", null, "machine", "", [], new() { ["fsync_p50_ms"] = 1.31, ["random_read_iops"] = 41_000 });
        Add("novel", Datasets[0], "vesper", "idea", new() { ["depth"] = 3 }, new() { ["wonder_per_s"] = 12 });
        Add("recall", Datasets[0], "sqlite-vec", "", [], []);
        _made[^1] = _made[^1] with { Skipped = "npm could not find better-sqlite3 for this Node" };
        Add("recall", null, "data", "fashion-784", [], []);
        _made[^1] = _made[^1] with { Skipped = "fashion-784: base.fbin is not there; run make.py" };
    }

    private void Add(
        string experiment, DatasetFacts? data, string engine, string variant, Dictionary<string, object> parameters,
        Dictionary<string, double> figures, string[]? facts = null, string? noise = null) => _made.Add(new Measurement
        {
            Experiment = experiment,
            Dataset = data,
            Engine = engine,
            Variant = variant,
            Parameters = parameters,
            Figures = figures,
            Noise = new[] { noise }.OfType<string>().ToDictionary(name => name, _ => _random.NextDouble() * 0.02),
            Facts = facts ?? [],
            Repeat = 3,
            Seed = 1,
            Commit = "0123abc",
            Time = new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.Zero).AddSeconds(_made.Count * 2),
            Machine = Machine,
        });

    private double Jitter(double share) => 1 + ((_random.NextDouble() - 0.5) * 2 * share);
}
