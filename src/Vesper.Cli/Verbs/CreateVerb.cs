using System.CommandLine;
using System.Globalization;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>create</c>: makes a collection.</summary>
internal static class CreateVerb
{
    private static readonly IndexOptions Defaults = new();

    private static Option<int?> Dimensions { get; } =
        Parsed.OptionalInteger("--dim", "Dimensions of the vectors", new(1, Limits.Dimensions));

    private static Option<Metric?> Metric { get; } =
        Parsed.Option("--metric", "l2|dot|cosine|manhattan", "How nearness is measured", Values.Metric);

    private static Option<IndexKind> Index { get; } = Parsed.Option(
        "--index",
        "auto|flat|hnsw|ivf",
        "How vectors are indexed; auto takes a graph from 10,000 rows on [default: auto]",
        text => Parsed.OneOf(
            text,
            ("auto", IndexKind.Auto),
            ("flat", IndexKind.Flat),
            ("hnsw", IndexKind.Hnsw),
            ("ivf", IndexKind.Ivf)));

    private static Option<int?> M { get; } = Parsed.OptionalInteger(
        "--m",
        $"Links per graph node, 2 to 128 [default: {Defaults.M}]; ivf: parts of the product quantizer",
        new(1, Limits.Dimensions));

    private static Option<int?> EfConstruction { get; } = Parsed.OptionalInteger(
        "--ef-construction",
        $"Candidates kept while building the graph [default: {Defaults.EfConstruction}]",
        new(2, 4_096));

    private static Option<List<KeyValuePair<string, PayloadIndexType>>> PayloadIndexes { get; } = Parsed.Options(
        "--payload-index",
        "path:type",
        "Index a payload path: keyword, integer, float, bool or datetime; may be repeated",
        Values.PayloadIndex);

    private static Option<List<KeyValuePair<string, VectorFieldOptions>>> VectorFields { get; } = Parsed.Options(
        "--vector-field",
        "name:dim:metric",
        "A named vector field in place of --dim and --metric; may be repeated",
        Values.VectorField);

    private static Option<string?> Field { get; } = Parsed.Option<string?>(
        "--field", "NAME", "The name of the only vector field [default: none]", Values.FieldName);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = Parsed.Argument("NAME", "The collection", Values.CollectionName);
        return new VerbCommand(
            "create",
            "Create a collection (and the database, where there is none)",
            "create words --dim 100 --metric cosine",
            "create docs --dim 384 --metric cosine --index hnsw --m 32 --payload-index lang:keyword",
            "create docs --dim 384 --metric cosine --index ivf --nlist 4096 --encoding rabitq --nbits 4",
            "create photos --vector-field image:512:cosine --vector-field caption:384:dot")
        {
            name, Dimensions, Metric, Index, M, EfConstruction, PayloadIndexes, VectorFields, Field,
        }.With(InvertedOptions.All).Does(output, session => RunAsync(session, session.Value(name)));
    }

    private static async Task RunAsync(Session session, string name)
    {
        // All that can be wrong is known before a database is made for it.
        var options = MakeOptions(session);
        await using var database = await session.OpenToWriteAsync(create: true);
        await database.CreateCollectionAsync(name, options, session.Cancellation);
        session.Output.Write(
            writer => writer.WriteString("created"u8, name),
            console => console.Line($"Created {name} in {Path.GetFullPath(database.Path)}"));
    }

    private static CollectionOptions MakeOptions(Session session)
    {
        var index = session.Value(Index) == IndexKind.Ivf ? InvertedIndex(session) : GraphIndex(session);
        var vectors = new Dictionary<string, VectorFieldOptions>(StringComparer.Ordinal);
        foreach (var (field, options) in Fields(session))
        {
            if (!vectors.TryAdd(field, options with { Index = index }))
            {
                throw new UsageException($"--vector-field: '{field}' is given twice");
            }
        }

        Values.RequireAtMost("--vector-field", vectors.Count, Limits.VectorFields);
        return new CollectionOptions { Vectors = vectors, PayloadIndexes = PayloadIndexesOf(session) };
    }

    private static IndexOptions InvertedIndex(Session session) => session.Value(EfConstruction) is null
        ? new IndexOptions { Kind = IndexKind.Ivf, Ivf = InvertedOptions.Read(session, session.Value(M)) }
        : throw new UsageException("--ef-construction is for graphs, not for --index ivf");

    private static IndexOptions GraphIndex(Session session)
    {
        InvertedOptions.RequireNone(session);
        var index = new IndexOptions
        {
            Kind = session.Value(Index),
            M = session.Value(M) ?? Defaults.M,
            EfConstruction = session.Value(EfConstruction) ?? Defaults.EfConstruction,
        };
        if (index.M is < 2 or > 128)
        {
            throw new UsageException($"--m must be a whole number from 2 to 128, not '{index.M}'");
        }

        return index.EfConstruction >= index.M
            ? index
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--ef-construction must be at least --m ({index.M}), not {index.EfConstruction}"));
    }

    private static Dictionary<string, PayloadIndexType> PayloadIndexesOf(Session session)
    {
        var indexes = new Dictionary<string, PayloadIndexType>(StringComparer.Ordinal);
        foreach (var (path, type) in session.Value(PayloadIndexes)!)
        {
            if (!indexes.TryAdd(path, type))
            {
                throw new UsageException($"--payload-index: '{path}' is given twice");
            }
        }

        Values.RequireAtMost("--payload-index", indexes.Count, Limits.PayloadIndexes);
        return indexes;
    }

    private static List<KeyValuePair<string, VectorFieldOptions>> Fields(Session session)
    {
        var named = session.Value(VectorFields)!;
        var dimensions = session.Value(Dimensions);
        var metric = session.Value(Metric);
        if (named.Count > 0 && dimensions is null && metric is null)
        {
            return session.Value(Field) is null
                ? named
                : throw new UsageException("--field names the field of --dim and --metric; --vector-field has its own");
        }

        return named.Count == 0 && dimensions is not null && metric is not null
            ? [KeyValuePair.Create(session.Value(Field) ?? "", new VectorFieldOptions(dimensions.Value, metric.Value))]
            : throw new UsageException("give --dim and --metric, or --vector-field once for each field");
    }
}
