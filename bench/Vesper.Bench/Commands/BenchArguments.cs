using System.CommandLine;
using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;
using Vesper.Cli.Files;
using Vesper.Cli.Parsing;

namespace Vesper.Bench.Commands;

/// <summary>The options that every experiment takes.</summary>
internal static class BenchArguments
{
    /// <summary>Where the data sets are, when the command line does not say.</summary>
    public const string DataRootVariable = "VESPER_BENCH_DATA";

    private static Option<List<string>> DatasetNames { get; } = List(
        "--dataset", "NAME,…", $"Data sets: {string.Join(", ", DatasetCatalog.Names)}", DatasetCatalog.Names);

    private static Option<string?> DataRoot { get; } = new("--data-root")
    {
        HelpName = "DIR",
        Description = $"Folder of the known data sets [default: ${DataRootVariable}, else ../shared/data beside the "
            + "repository]",
    };

    private static Option<string?> BaseFile { get; } = new("--base")
    {
        HelpName = "FILE",
        Description = $"Vectors of your own instead of a data set: {RowFile.VectorFormats}",
    };

    private static Option<string?> QueryFile { get; } = new("--queries-file")
    {
        HelpName = "FILE",
        Description = "Queries beside --base",
    };

    private static Option<string?> TruthFile { get; } = new("--truth")
    {
        HelpName = "FILE",
        Description = "The 100 nearest of each query beside --base, .ibin or .ivecs [default: found exactly, and kept]",
    };

    private static Option<Metric?> MetricName { get; } =
        Parsed.Option("--metric", "l2|dot|cosine", "Metric beside --base [default: l2]", DriverMetric);

    private static Option<int?> Limit { get; } =
        Parsed.OptionalInteger("--limit", "Rows to take of each base [default: all, or 20,000 drawn]", new(1, 1 << 30));

    private static Option<int> Queries { get; } =
        Parsed.Integer("--queries", "Queries to take of each set", new(1, 1 << 20), BenchOptions.DefaultQueries);

    private static Option<int> Seed { get; } =
        Parsed.Integer("--seed", "Seed of everything random", new(0, int.MaxValue), 1);

    private static Option<List<int>?> Threads { get; } = Parsed.Option<List<int>?>(
        "--threads",
        "N,…",
        "Numbers of threads to measure at [default: one, and all cores]",
        text => [.. text.Split(',').Select(part => new Parsed.Range(1, 1_024).Read("--threads", part))]);

    private static Option<int?> Repeat { get; } =
        Parsed.OptionalInteger("--repeat", "How often each point is measured [default: 3]", new(1, 100));

    private static Option<List<string>> Peers { get; } = List(
        "--peers", "NAME,…|all", $"Peers: {string.Join(", ", DriverCatalog.Peers)}", [.. DriverCatalog.Peers, "all"]);

    private static Option<string?> FaissPython { get; } = new("--faiss-python")
    {
        HelpName = "FILE",
        Description = "A Python whose FAISS is measured, instead of Debian's",
    };

    private static Option<string> Cache { get; } = new("--cache")
    {
        HelpName = "DIR",
        Description = "Where prepared data and built indexes are kept",
        DefaultValueFactory = _ => Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "vesper-bench"),
    };

    private static Option<string?> Out { get; } = new("--out")
    {
        HelpName = "FILE",
        Description = "File that JSON lines are appended to [default: vesper-bench.jsonl in the cache]",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        DatasetNames, DataRoot, BaseFile, QueryFile, TruthFile, MetricName, Limit, Queries, Seed, Threads, Repeat,
        Peers, FaissPython, Cache, Out,
    ];

    /// <summary>Reads them.</summary>
    /// <exception cref="UsageException">They do not go together.</exception>
    public static BenchOptions Read(ParseResult parsed)
    {
        var datasets = parsed.GetValue(DatasetNames)!;
        var baseFile = parsed.GetValue(BaseFile);
        CheckOwnFiles(parsed, datasets, baseFile);
        var peers = parsed.GetValue(Peers)!;
        var cache = Path.GetFullPath(parsed.GetValue(Cache)!);
        var repeat = parsed.GetValue(Repeat);
        return new BenchOptions
        {
            DataRoot = FindDataRoot(parsed.GetValue(DataRoot)),
            Datasets = datasets,
            BaseFile = baseFile,
            QueryFile = parsed.GetValue(QueryFile),
            TruthFile = parsed.GetValue(TruthFile),
            Metric = parsed.GetValue(MetricName) ?? Metric.L2,
            Limit = parsed.GetValue(Limit),
            Queries = parsed.GetValue(Queries),
            Seed = parsed.GetValue(Seed),
            Threads = parsed.GetValue(Threads) ?? [],
            Repeat = repeat ?? BenchOptions.DefaultRepeat,
            RepeatIsDefault = repeat is null,
            Peers = peers.Contains("all") ? DriverCatalog.Peers : peers,
            FaissPython = parsed.GetValue(FaissPython),
            Cache = cache,
            Out = Path.GetFullPath(parsed.GetValue(Out) ?? Path.Combine(cache, "vesper-bench.jsonl")),
        };
    }

    private static void CheckOwnFiles(ParseResult parsed, List<string> datasets, string? baseFile)
    {
        var others = parsed.GetValue(QueryFile) is not null || parsed.GetValue(TruthFile) is not null
            || parsed.GetValue(MetricName) is not null;
        if (baseFile is null && others)
        {
            throw new UsageException("--queries-file, --truth and --metric go with --base");
        }

        if (baseFile is not null && (parsed.GetValue(QueryFile) is null || datasets.Count > 0))
        {
            throw new UsageException("--base needs --queries-file, and takes the place of --dataset");
        }
    }

    private static string? FindDataRoot(string? given)
    {
        if ((given ?? Environment.GetEnvironmentVariable(DataRootVariable)) is { Length: > 0 } named)
        {
            return Path.GetFullPath(named);
        }

        var beside = Path.Combine(Machine.FindRepository() ?? ".", "..", "shared", "data");
        return Directory.Exists(beside) ? Path.GetFullPath(beside) : null;
    }

    private static Metric? DriverMetric(string text) => Parsed.OneOf<Metric?>(
        text, ("l2", Metric.L2), ("dot", Metric.Dot), ("cosine", Metric.Cosine));

    private static Option<List<string>> List(
        string name, string valueName, string description, IReadOnlyList<string> known)
    {
        var option = Parsed.Option(name, valueName, description, text => Split(text, known));
        option.DefaultValueFactory = _ => [];
        return option;
    }

    private static List<string> Split(string text, IReadOnlyList<string> known)
    {
        List<string> names = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct()];
        var unknown = names.Except(known).FirstOrDefault();
        return unknown is null
            ? names
            : throw new UsageException($"'{unknown}' is not one of: {string.Join(", ", known)}");
    }
}
