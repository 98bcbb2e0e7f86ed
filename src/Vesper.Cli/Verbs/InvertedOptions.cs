using System.CommandLine;
using Vesper.Cli.Parsing;

namespace Vesper.Cli.Verbs;

/// <summary>The options of <c>create</c> that belong to an inverted file.</summary>
internal static class InvertedOptions
{
    private static readonly IvfOptions Defaults = new();

    private static Option<int?> Lists { get; } = Parsed.OptionalInteger(
        "--nlist", "ivf: lists that rows are parted into [default: 4 × √rows]", new(1, 1 << 20));

    private static Option<IvfEncoding?> Encoding { get; } = Parsed.Option<IvfEncoding?>(
        "--encoding",
        "flat|float16|scalar|product|rabitq",
        "ivf: how rows are kept in the lists [default: product]",
        text => Parsed.OneOf<IvfEncoding?>(
            text,
            ("flat", IvfEncoding.Flat),
            ("float16", IvfEncoding.Float16),
            ("scalar", IvfEncoding.Scalar),
            ("product", IvfEncoding.Product),
            ("rabitq", IvfEncoding.RaBitQ)));

    private static Option<int?> Bits { get; } = Parsed.OptionalInteger(
        "--nbits", "ivf: bits of a code: product 4 to 8, scalar 4 or 8, rabitq 1 to 8 [default: 4, 8, 4]", new(1, 8));

    private static Option<bool> Opq { get; } = new("--opq")
    {
        Description = "ivf: rotate before product quantization, so that it loses less",
    };

    private static Option<int?> Probes { get; } = Parsed.OptionalInteger(
        "--nprobe", $"ivf: lists that a search probes [default: {Defaults.Probes}]", new(1, Limits.SearchWindow));

    private static Option<int?> Rerank { get; } = Parsed.OptionalInteger(
        "--rerank", "ivf: rows compared by their vectors for each result [default: by encoding]", new(1, 1_000));

    private static Option<CoarseAssigner?> Assigner { get; } = Parsed.Option<CoarseAssigner?>(
        "--assigner",
        "auto|brute|kdtree|hnsw|projection|screen",
        "ivf: how the list of a row is found [default: auto]",
        text => Parsed.OneOf<CoarseAssigner?>(
            text,
            ("auto", CoarseAssigner.Auto),
            ("brute", CoarseAssigner.Brute),
            ("kdtree", CoarseAssigner.KDTree),
            ("hnsw", CoarseAssigner.Hnsw),
            ("projection", CoarseAssigner.Projection),
            ("screen", CoarseAssigner.Screen)));

    private static Option<int?> Seed { get; } = Parsed.OptionalInteger(
        "--seed", "ivf: seed of everything random [default: 1]", new(0, int.MaxValue));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } =
        [Lists, Encoding, Bits, Opq, Probes, Rerank, Assigner, Seed];

    /// <summary>What the command line says, with defaults for the rest.</summary>
    /// <param name="session">The command line.</param>
    /// <param name="parts">What <c>--m</c> says.</param>
    public static IvfOptions Read(Session session, int? parts) => new()
    {
        Lists = session.Value(Lists) ?? Defaults.Lists,
        Encoding = session.Value(Encoding) ?? Defaults.Encoding,
        Parts = parts ?? Defaults.Parts,
        Bits = session.Value(Bits) ?? Defaults.Bits,
        Opq = session.Value(Opq),
        Probes = session.Value(Probes) ?? Defaults.Probes,
        Rerank = session.Value(Rerank) ?? Defaults.Rerank,
        Assigner = session.Value(Assigner) ?? Defaults.Assigner,
        Seed = (ulong?)session.Value(Seed) ?? Defaults.Seed,
    };

    /// <summary>Refuses options that would do nothing with another index.</summary>
    public static void RequireNone(Session session)
    {
        if (All.FirstOrDefault(session.IsGiven) is { } given)
        {
            throw new UsageException($"{given.Name} needs --index ivf");
        }
    }
}
