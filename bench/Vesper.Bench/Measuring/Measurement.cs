using System.Text.Json.Serialization;

namespace Vesper.Bench.Measuring;

/// <summary>One measured point: what was measured, under which parameters, and what came out. One JSON line.</summary>
internal sealed record Measurement
{
    /// <summary>The experiment's name, such as <c>recall</c>.</summary>
    public required string Experiment { get; init; }

    /// <summary>The data, or null where none is used.</summary>
    public DatasetFacts? Dataset { get; init; }

    /// <summary>Who was measured: <c>vesper</c>, <c>hnswlib</c>, …, or <c>machine</c> for its limits.</summary>
    public required string Engine { get; init; }

    /// <summary>What is built, such as <c>hnsw m=16</c>: the name of a curve or bar together with the engine.</summary>
    public string Variant { get; init; } = "";

    /// <summary>
    /// True for a second, separate measurement of the same engine and variant: what it differs by is noise.
    /// </summary>
    public bool Twin { get; init; }

    /// <summary>
    /// All parameters, of building and of the point: <c>m</c>, <c>ef</c>, <c>k</c>, <c>threads</c>, ….
    /// </summary>
    public IReadOnlyDictionary<string, object> Parameters { get; init; } = new Dictionary<string, object>();

    /// <summary>
    /// Medians over the repeats, units last in the name: <c>qps</c>, <c>p99_ms</c>, <c>recall_10</c>, <c>build_s</c>,
    /// <c>peak_rss_bytes</c>, ….
    /// </summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>Spread of a figure over the repeats, (max − min) / median / 2, for those that were repeated.</summary>
    public IReadOnlyDictionary<string, double> Noise { get; init; } = new Dictionary<string, double>();

    /// <summary>Shares of the machine's limits, 0 to 1, such as <c>read_bandwidth</c>.</summary>
    public IReadOnlyDictionary<string, double> LimitShares { get; init; } = new Dictionary<string, double>();

    /// <summary>Sentences a reader must know with the figures.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    /// <summary>Why there are no figures; null when there are.</summary>
    public string? Skipped { get; init; }

    /// <summary>How often it was measured.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>The seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>The commit of this repository, with <c>+</c> when files are changed.</summary>
    public string Commit { get; init; } = "";

    /// <summary>When it was measured, UTC.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Where it was measured.</summary>
    public MachineFacts? Machine { get; init; }
}

/// <summary>The data of a measurement.</summary>
internal sealed record DatasetFacts(string Name, int Rows, int Dimensions, string Metric, int Queries);

/// <summary>The machine of a measurement.</summary>
internal sealed record MachineFacts(
    string Cpu, int Cores, string Isa, long MemoryBytes, string Kernel, string Dotnet);

/// <summary>How measurements are written: snake_case keys, nothing that is null or empty by default.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Measurement))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
internal sealed partial class MeasurementJson : JsonSerializerContext;
