using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Filtering;
using Vesper.Bench.Measuring;
using Vesper.Cli.Evaluation;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Experiments;

/// <summary>
/// <c>filter</c>: what a filter costs and what it does to recall, by how many rows it lets through and how they lie to
/// the query. The truth is found apart from the engine, among the rows of each query's own window.
/// </summary>
internal sealed class FilterExperiment : IExperiment
{
    private const int K = 10;
    private const int MostQueries = 500;
    private const double Seconds = 0.5;
    private const double SmokeSeconds = 0.02;
    private static readonly double[] Selectivities = [0.001, 0.01, 0.05, 0.20, 0.50, 0.80];
    private static readonly int[] Efforts = [64, 128];

    /// <inheritdoc/>
    public string Name => "filter";

    /// <inheritdoc/>
    public string Description => "Cost and recall of filters, by selectivity and correlation with the vectors";

    /// <inheritdoc/>
    public async Task RunAsync(BenchSession session, CancellationToken cancellation)
    {
        await foreach (var dataset in session.OpenDatasetsAsync(Name, ["debdocs", "sift-500k"], cancellation))
        {
            try
            {
                await MeasureAsync(session, dataset, cancellation);
            }
            catch (VesperException error)
            {
                session.Fail(Name, DriverCatalog.Vesper, "hnsw m=16", error.Message, dataset);
            }
        }
    }

    private async Task MeasureAsync(BenchSession session, Dataset dataset, CancellationToken cancellation)
    {
        var windows = FilterWindows.Of(dataset, session.Options.Seed);
        await using var ranked = await RankedCollection.OpenAsync(session, dataset, windows, cancellation);
        using var rows = new BaseRows(dataset.BasePath, dataset.Dimensions);
        var queries = dataset.FirstQueries(Math.Min(MostQueries, dataset.QueryCount));
        session.Say($"  {dataset.Name}: finding the exact nearest within each filter, {queries.Count} queries");
        var cases = MakeCases(dataset, windows, rows, queries, cancellation);
        foreach (var one in session.Options.Smoke ? [] : cases)
        {
            // Not measured: each kind of search is compiled as it is met, and again as it runs hot.
            Time(session, ranked.Collection, one, Efforts[0], queries, cancellation);
        }

        foreach (var effort in session.Options.Smoke ? Efforts[..1] : Efforts)
        {
            var samples = new FigureSamples<FilterCase>();
            for (var round = 0; round < session.Options.Repeat; round++)
            {
                foreach (var one in cases)
                {
                    samples.Add(one, Time(session, ranked.Collection, one, effort, queries, cancellation), []);
                }
            }

            Write(session, dataset, effort, queries.Count, samples);
        }
    }

    private static List<FilterCase> MakeCases(
        Dataset dataset, FilterWindows windows, BaseRows rows, IReadOnlyList<float[]> queries,
        CancellationToken cancellation)
    {
        var all = new RecallJudge(dataset.Metric, queries, dataset.TruthOf(queries.Count, K), rows.Read);
        var cases = new List<FilterCase> { new(null, 1, [], all) };
        foreach (var correlation in Enum.GetValues<Correlation>())
        {
            var ranks = windows.RanksOf(correlation);
            foreach (var selectivity in Selectivities)
            {
                var each = Enumerable.Range(0, queries.Count)
                    .Select(query => windows.Window(correlation, query, selectivity)).ToArray();
                var truth = ExactNearest.Find(
                    dataset.BasePath, dataset.Metric, queries, K, (query, row) => each[query].Contains(ranks[row]),
                    cancellation);
                var judge = new RecallJudge(dataset.Metric, queries, new GroundTruth(truth, K), rows.Read);
                var filters = Array.ConvertAll(each, window => RankedCollection.FilterOf(correlation, window));
                cases.Add(new FilterCase(correlation, selectivity, filters, judge));
            }
        }

        // Measured at the end as at the beginning: what the two differ by is noise.
        cases.Add(cases[0] with { Twin = true });
        return cases;
    }

    private static Dictionary<string, double> Time(
        BenchSession session, Collection collection, FilterCase one, int effort, IReadOnlyList<float[]> queries,
        CancellationToken cancellation)
    {
        var request = new SearchRequest { Limit = K, EfSearch = effort, WithPayload = false };
        var timing = new SearchTiming(
            query => collection.Search(
                request with
                {
                    Vector = queries[query],
                    Filter = one.Filters.Length == 0 ? null : one.Filters[query],
                },
                CancellationToken.None),
            queries.Count,
            threads: 1,
            DriverTiming.Plan(session.Options.Smoke ? SmokeSeconds : Seconds));
        var row = EvalRow.Judge(new Effort(Effort.Candidates, effort), K, timing.Run(null, cancellation), one.Judge);
        return new Dictionary<string, double>
        {
            ["qps"] = row.Run.QueriesPerSecond,
            ["p50_ms"] = row.Run.Percentile(0.50),
            ["p95_ms"] = row.Run.Percentile(0.95),
            ["p99_ms"] = row.Run.Percentile(0.99),
            [$"recall_{K}"] = row.Recall,
            ["wrong_counts"] = row.Short,
        };
    }

    private void Write(
        BenchSession session, Dataset dataset, int effort, int queries, FigureSamples<FilterCase> samples)
    {
        var unfiltered = samples.All.First().Samples.ToMeasurement(Name, DriverCatalog.Vesper).Figures["qps"];
        var table = Tables.Make(
            "filter", ">lets through", $">recall@{K}", ">queries/s", ">±", ">time against none", ">p99 ms",
            ">wrong counts");
        foreach (var (one, figures) in samples.All)
        {
            var measured = figures.ToMeasurement(Name, DriverCatalog.Vesper);
            var overhead = unfiltered / measured.Figures["qps"];
            session.Results.Write(measured with
            {
                Dataset = dataset.Facts,
                Variant = one.Name,
                Twin = one.Twin,
                Seed = session.Options.Seed,
                Parameters = new Dictionary<string, object>
                {
                    ["index"] = "hnsw",
                    ["m"] = 16,
                    ["ef_construction"] = 200,
                    ["ef"] = effort,
                    ["k"] = K,
                    ["threads"] = 1,
                    ["queries"] = queries,
                    ["selectivity"] = one.Selectivity,
                },
                Figures = new Dictionary<string, double>(measured.Figures) { ["time_ratio"] = overhead },
                Facts = ["time_ratio is the time of a search over that of one without a filter at the same ef"],
            });
            table.Add(
                one.Name + (one.Twin ? " (twin)" : ""),
                Shown.Number(one.Selectivity * 100, 1) + " %",
                Shown.Number(measured.Figures[$"recall_{K}"], 4),
                Shown.Number(measured.Figures["qps"]),
                measured.Noise.TryGetValue("qps", out var spread) ? Shown.Number(spread * 100, 1) + " %" : "",
                Shown.Number(overhead, 2),
                Shown.Number(measured.Figures["p99_ms"], 3),
                Shown.Number(measured.Figures["wrong_counts"]));
        }

        session.Say(
            $"{dataset.Name}, {dataset.Rows:N0} rows, ef {effort}, one thread. Wrong counts: queries that gave another "
            + "number of results than min(k, matches).");
        session.Console.Write(table);
    }

    private sealed record FilterCase(Correlation? Correlation, double Selectivity, Filter[] Filters, RecallJudge Judge)
    {
        public bool Twin { get; init; }

        public string Name => Correlation switch
        {
            null => "none",
            Filtering.Correlation.AntiCorrelated => "anti-correlated",
            { } other => other.ToString().ToLowerInvariant(),
        };
    }
}
