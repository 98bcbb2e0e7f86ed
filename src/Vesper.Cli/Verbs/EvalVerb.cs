using System.CommandLine;
using Spectre.Console;
using Vesper.Cli.Evaluation;
using Vesper.Cli.Files;
using Vesper.Cli.Parsing;
using Vesper.Cli.Queries;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>eval</c>: recall, throughput and latency against a ground truth.</summary>
internal static class EvalVerb
{
    private static Option<string> QueriesFile { get; } = new("--queries")
    {
        HelpName = "FILE",
        Description = $"The queries: {RowFile.VectorFormats}, or .jsonl with vector or text",
        Required = true,
    };

    private static Option<string> Truth { get; } = new("--truth")
    {
        HelpName = "FILE",
        Description = "The ids of the true nearest of each query, .ibin or .ivecs; -1 pads rows of fewer matches",
        Required = true,
    };

    private static Option<List<int>?> Efs { get; } = Parsed.Option<List<int>?>(
        "--ef",
        "N,N,…",
        "Settings to compare: candidates kept while walking a graph [default: the field's own]",
        Values.Efforts);

    private static Option<List<int>?> Probes { get; } = Parsed.Option<List<int>?>(
        "--nprobe",
        "N,N,…",
        "Settings to compare: lists probed in an inverted file [default: the field's own]",
        Values.Efforts);

    private static Option<int> Threads { get; } =
        Parsed.Integer("--threads", "Threads that search at once", new(1, 1_024), 1);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var k = QueryOptions.K();
        var filter = QueryOptions.Filter();
        var exact = QueryOptions.Exact();
        return new VerbCommand(
            "eval",
            "Measure recall@k, queries per second and latencies against a ground truth",
            "eval words --queries query.fbin --truth groundtruth.ibin --k 10 --ef 10,20,40,80",
            "eval docs --queries query.fbin --truth games.ivecs --filter "
            + "'{\"must\":[{\"key\":\"section\",\"match\":{\"value\":\"games\"}}]}'",
            "eval words --queries query.fbin --truth groundtruth.ibin --nprobe 1,2,4,8,16",
            "eval words --queries query.fbin --truth groundtruth.ibin --exact --threads 2 --json")
        {
            name, QueriesFile, Truth, k, Efs, Probes, exact, Threads, filter, QueryOptions.Field,
        }.Noted(
            """
            Recall is judged by distance: a result is a hit when it is as near as the true k-th nearest (within 1e-6 of
            its distance); of fewer than k matches, all are wanted. Only the search is timed, after a warm-up. 'short'
            counts queries that gave another number of results than min(k, matches).
            """).Does(output, session => RunAsync(session, session.Value(name), new SearchRequest
            {
                Field = session.Field,
                Limit = session.Value(k),
                Filter = session.Value(filter),
                Exact = session.Value(exact),
                WithPayload = false,
            }));
    }

    private static async Task RunAsync(Session session, string name, SearchRequest request)
    {
        object?[] given = [session.Value(Efs), session.Value(Probes), request.Exact ? true : null];
        if (given.Count(value => value is not null) > 1)
        {
            throw new UsageException("give one of --ef, --nprobe and --exact");
        }

        await using var database = await session.OpenToReadAsync();
        var collection = database.GetCollection(name);
        var named = collection.Options.ResolveField(session.Field);
        var (fieldName, field) = named;
        var queries = await ReadAllAsync(session, named);
        var truth = GroundTruth.Load(session.Value(Truth)!, queries.Count, request.Limit);
        var judge = new RecallJudge(field.Metric, queries, truth, StoredVectors.Of(collection, fieldName));
        var efforts = EffortsOf(session, field.Index, request.Exact);
        var table = EvalRow.MakeTable(efforts[0].Name, request.Limit);
        foreach (var effort in efforts)
        {
            var run = await TimeAsync(session, collection, (effort, request), queries);
            var row = EvalRow.Judge(effort, request.Limit, run, judge);
            session.Output.Write(row.Write, _ => row.AddTo(table));
            session.Output.Json.Flush();
        }

        if (!session.Output.IsJson)
        {
            session.Output.Console.Write(table);
        }
    }

    private static Effort[] EffortsOf(Session session, IndexOptions index, bool exact)
    {
        var (efs, probes) = (session.Value(Efs), session.Value(Probes));
        var isInverted = index.Kind == IndexKind.Ivf;
        if (isInverted ? efs is not null : probes is not null)
        {
            throw new UsageException(
                isInverted ? "an inverted file takes --nprobe, not --ef" : "--nprobe needs a field with --index ivf");
        }

        var name = isInverted ? Effort.Lists : Effort.Candidates;
        return exact
            ? [new Effort(name, null)]
            : [.. (efs ?? probes ?? [isInverted ? index.Ivf.Probes : index.EfSearch])
                .Select(value => new Effort(name, value))];
    }

    private static async Task<TimedRun> TimeAsync(
        Session session, Collection collection, (Effort Effort, SearchRequest Request) setting, List<float[]> queries)
    {
        var request = setting.Effort.Of(setting.Request);
        var timing = new SearchTiming(
            query => collection.Search(request with { Vector = queries[query] }),
            queries.Count,
            session.Value(Threads));
        TimedRun? run = null;
        var title = setting.Effort.ToString();
        await session.Output.WithProgressAsync(
            title, progress => Task.Run(() => run = timing.Run(progress, session.Cancellation)));
        return run!;
    }

    private static async Task<List<float[]>> ReadAllAsync(
        Session session, KeyValuePair<string, VectorFieldOptions> field)
    {
        var queries = new List<float[]>();
        await foreach (var query in QueryFile.ReadAsync(session.Value(QueriesFile)!, field, session.Cancellation))
        {
            queries.Add(query.Vector);
        }

        return queries.Count > 0
            ? queries
            : throw new SchemaException(session.Value(QueriesFile)!, "has no queries");
    }
}
