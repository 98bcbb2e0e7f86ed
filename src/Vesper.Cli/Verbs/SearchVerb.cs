using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using Vesper.Cli.Files;
using Vesper.Cli.Parsing;
using Vesper.Cli.Queries;
using Vesper.Cli.Terminal;
using Vesper.Cli.Text;

namespace Vesper.Cli.Verbs;

/// <summary><c>search</c>: the nearest points of a vector, a text, or a file of queries.</summary>
internal static class SearchVerb
{
    private static Option<float[]?> Vector { get; } =
        Parsed.Option<float[]?>("--vector", "[…]", "The query as a JSON array of numbers", Values.Vector);

    private static Option<string?> QueryText { get; } = new("--text")
    {
        HelpName = "TEXT",
        Description = "The query as text, embedded with the word vectors that come with the tool (100 dimensions)",
    };

    private static Option<string?> QueriesFile { get; } = new("--queries")
    {
        HelpName = "FILE",
        Description = $"Many queries: {RowFile.VectorFormats}, or .jsonl with vector or text",
    };

    private static Option<int?> Probes { get; } = Parsed.OptionalInteger(
        "--nprobe",
        "Lists probed in an inverted file: more finds more and takes longer",
        new(1, Limits.SearchWindow));

    private static Option<int?> Ef { get; } = Parsed.OptionalInteger(
        "--ef", "Candidates kept while walking a graph: more finds more and takes longer", new(1, Limits.SearchWindow));

    private static Option<int> Offset { get; } = Parsed.Integer(
        "--offset", "Best results passed over; with --k at most 65,536", new(0, Limits.SearchWindow - 1), 0);

    private static Option<float?> Threshold { get; } = Parsed.Option<float?>(
        "--threshold",
        "X",
        "The worst score still accepted: the largest distance (l2, manhattan), the least similarity (dot, cosine)",
        Values.Score);

    private static Option<string?> Out { get; } = new("--out")
    {
        HelpName = "FILE.ibin",
        Description = "Write the ids, which must be numbers, as rows of k int32 padded with -1, and show nothing",
    };

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var k = QueryOptions.K();
        var filter = QueryOptions.Filter();
        var exact = QueryOptions.Exact();
        var withVectors = QueryOptions.WithVectors();
        var noPayload = QueryOptions.NoPayload();
        return new VerbCommand(
            "search",
            "Find the nearest points, best first",
            "search debian-packages --text \"play chess against the computer\"",
            "search debian-packages --text \"edit sound\" --k 5 --filter "
            + "'{\"must\":[{\"key\":\"section\",\"match\":{\"value\":\"sound\"}}]}'",
            "search words --vector '[0.1,0.7,…]' --ef 200",
            "search words --vector '[0.1,0.7,…]' --k 10 --offset 10 --threshold 0.5 --with-vectors --no-payload",
            "search words --queries query.fbin --k 100 --exact --out truth.ibin")
        {
            name, Vector, QueryText, QueriesFile, k, Offset, Threshold, filter, Ef, Probes, exact, withVectors,
            noPayload, Out, QueryOptions.Field,
        }.Noted(
            """
            With --json a hit is {"query","id","score","payload"}. A score outside float32 (the dot product of huge
            vectors) is the string "Infinity" or "-Infinity".
            """).Does(output, session => RunAsync(session, session.Value(name), new SearchRequest
            {
                Field = session.Field,
                Limit = session.Value(k),
                Filter = session.Value(filter),
                EfSearch = session.Value(Ef),
                Probes = session.Value(Probes),
                Offset = session.Value(Offset),
                ScoreThreshold = session.Value(Threshold),
                Exact = session.Value(exact),
                WithVectors = session.Value(withVectors),
                WithPayload = session.Value(Out) is null && !session.Value(noPayload),
            }));
    }

    private static async Task RunAsync(Session session, string name, SearchRequest request)
    {
        CheckUsage(session, request);
        await using var database = await session.OpenToReadAsync();
        var collection = database.GetCollection(name);
        var field = collection.Options.ResolveField(session.Field);
        var total = session.Value(QueriesFile) is { } file
            ? await QueryFile.CheckAsync(file, field, session.Cancellation)
            : 1;
        var queries = ReadQueriesAsync(session, field);
        if (session.Value(Out) is not { } path)
        {
            await foreach (var query in queries)
            {
                var hits = collection.Search(request with { Vector = query.Vector }, session.Cancellation);
                Show(session, query, request, hits);
            }

            return;
        }

        var clock = Stopwatch.StartNew();
        var count = 0L;
        using var writer = new IbinWriter(path, total, request.Limit);
        await session.Output.WithProgressAsync("Searching", async progress =>
        {
            await foreach (var query in queries)
            {
                writer.Write(collection.Search(request with { Vector = query.Vector }, session.Cancellation));
                progress.Report(new WorkProgress("queries", ++count, total));
            }

            writer.Complete();
        });
        session.Output.Write(
            json =>
            {
                json.WriteNumber("queries"u8, count);
                json.WriteString("out"u8, path);
            },
            console => console.Line(
                $"Wrote the ids of {Shown.Number(count)} queries to {path} in "
                + $"{Shown.Number(clock.Elapsed.TotalSeconds, 1)} s"));
    }

    private static void CheckUsage(Session session, SearchRequest request)
    {
        object?[] given = [session.Value(Vector), session.Value(QueryText), session.Value(QueriesFile)];
        if (given.Count(value => value is not null) != 1)
        {
            throw new UsageException("give one of --vector, --text and --queries");
        }

        if (request.Exact && (request.EfSearch ?? request.Probes) is not null)
        {
            throw new UsageException("give --ef, --nprobe or --exact, not several");
        }

        if (request.Offset + request.Limit > Limits.SearchWindow)
        {
            throw new UsageException($"--offset and --k are at most {Shown.Number(Limits.SearchWindow)} together");
        }

        if (request.WithVectors && session.Value(Out) is not null)
        {
            throw new UsageException("--out writes ids alone: leave out --with-vectors");
        }
    }

    private static async IAsyncEnumerable<IndexedQuery> ReadQueriesAsync(
        Session session, KeyValuePair<string, VectorFieldOptions> field)
    {
        if (session.Value(QueriesFile) is { } path)
        {
            await foreach (var query in QueryFile.ReadAsync(path, field, session.Cancellation))
            {
                yield return query;
            }

            yield break;
        }

        yield return new IndexedQuery(0, session.Value(Vector)
            ?? await ShippedWords.Embedder.EmbedForAsync(
                session.Value(QueryText)!, field.Value, session.Cancellation));
    }

    private static void Show(
        Session session, IndexedQuery query, SearchRequest request, IReadOnlyList<SearchHit> hits)
    {
        if (session.Output.IsJson)
        {
            HitOutput.WriteJson(session.Output.Json, query.Index, hits);
            return;
        }

        if (session.Value(QueriesFile) is not null)
        {
            session.Output.Console.Line($"Query {query.Index}");
        }

        string[] payload = request.WithPayload ? ["payload"] : [];
        string[] vectors = request.WithVectors ? ["vectors"] : [];
        var table = Tables.Make([">#", ">id", ">score", .. payload, .. vectors]);
        foreach (var (rank, hit) in hits.Index())
        {
            string[] cells = [Shown.Number(request.Offset + rank + 1), Shown.Id(hit.Id), Shown.Number(hit.Score, 4)];
            table.Add([
                .. cells,
                .. payload.Select(_ => Shown.Summary(hit.Payload)),
                .. vectors.Select(_ => Shown.Vectors(hit.Vectors!))]);
        }

        session.Output.Console.Write(table);
    }
}
