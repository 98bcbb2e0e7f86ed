using Spectre.Console;
using Vesper.Cli.Evaluation;
using Vesper.Cli.Terminal;
using Vesper.Cli.Text;

namespace Vesper.Cli.Demo;

/// <summary>
/// Measures the demo's collection: recall by distance against its own exact answers, latencies, throughput.
/// </summary>
internal sealed class DemoMeasurement(Session session, WordVectorEmbedder embedder)
{
    private const int K = 10;
    private const int EveryNth = 10;
    private const string GamesFilter = """{"must":[{"key":"section","match":{"value":"games"}}]}""";
    private static readonly int?[] Efforts = [16, 32, 64, 128, null];
    private static readonly int?[] FilteredEfforts = [64];

    /// <summary>Asks for the short descriptions of every tenth package, without a filter and with one.</summary>
    public async Task RunAsync(Collection collection, List<Point> points)
    {
        var queries = points.Where((_, row) => row % EveryNth == 0)
            .Select(point => DebianSample.Text(point.Payload, "short"))
            .Where(embedder.KnowsAnyWordOf)
            .Select(embedder.Embed)
            .ToList();
        await MeasureAsync(collection, queries, null, Efforts);
        await MeasureAsync(collection, queries, Filter.Parse(GamesFilter), FilteredEfforts);
    }

    private async Task MeasureAsync(Collection collection, List<float[]> queries, Filter? filter, int?[] efforts)
    {
        var exact = new SearchRequest { Limit = K, Filter = filter, Exact = true, WithPayload = false };
        var judge = new RecallJudge(
            Metric.Cosine, queries, ExactTruth(collection, queries, exact), StoredVectors.Of(collection, ""));
        var table = EvalRow.MakeTable(Effort.Candidates, K);
        foreach (var ef in efforts)
        {
            var request = exact with { Exact = ef is null, EfSearch = ef };
            var timing = new SearchTiming(
                query => collection.Search(request with { Vector = queries[query] }), queries.Count, threads: 1);
            TimedRun? run = null;
            await session.Output.WithProgressAsync(
                "Measuring", progress => Task.Run(() => run = timing.Run(progress, session.Cancellation)));
            var row = EvalRow.Judge(new Effort(Effort.Candidates, ef), K, run!, judge);
            session.Output.Write(row.Write, _ => row.AddTo(table));
        }

        if (!session.Output.IsJson)
        {
            var among = filter is null ? "" : $", among the {Shown.Number(collection.Count(filter))} games";
            session.Output.Console.Line($"{queries.Count} short descriptions as queries, one thread{among}:");
            session.Output.Console.Write(table);
        }
    }

    private GroundTruth ExactTruth(Collection collection, List<float[]> queries, SearchRequest exact)
    {
        var ids = new int[queries.Count * K];
        Array.Fill(ids, -1);
        foreach (var (query, vector) in queries.Index())
        {
            foreach (var (rank, hit) in collection.Search(exact with { Vector = vector }, session.Cancellation).Index())
            {
                ids[(query * K) + rank] = (int)hit.Id.Number;
            }
        }

        return new GroundTruth(ids, K);
    }
}
