using System.Diagnostics;
using Vesper.Cli.Evaluation;

namespace Vesper.Cli.Tuning;

/// <summary>
/// Tries settings on a sample, each in a collection of a database of its own that is deleted afterwards.
/// </summary>
internal sealed class TuneTrial : IAsyncDisposable
{
    private const int BatchRows = 5_000;
    private const string Name = "trial";

    private static readonly TimingPlan Timing = new()
    {
        WarmUpSearches = 200,
        WarmUpTime = TimeSpan.FromSeconds(0.2),
        LeastTime = TimeSpan.FromSeconds(0.4),
    };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("vesper-tune-");
    private readonly TuneSample _sample;
    private readonly VectorFieldOptions _field;
    private readonly int _k;
    private HashSet<PointId>[]? _truth;

    /// <summary>Trials over a sample.</summary>
    /// <param name="sample">Rows and queries.</param>
    /// <param name="field">Dimensions and metric.</param>
    /// <param name="k">Results of a search.</param>
    public TuneTrial(TuneSample sample, VectorFieldOptions field, int k)
    {
        _sample = sample;
        _field = field;
        _k = k;
    }

    /// <summary>Indexes the sample with a setting and probes more and more lists until a recall is reached.</summary>
    public async Task<TuneRow> RunAsync(
        IvfOptions options, double target, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        var path = Path.Combine(_directory.FullName, Guid.NewGuid().ToString("N"));
        await using var database = await VesperDatabase.OpenAsync(path, cancellation: cancellation);
        var field = _field with { Index = new IndexOptions { Kind = IndexKind.Ivf, Ivf = options } };
        var collection = await database.CreateCollectionAsync(
            Name,
            new CollectionOptions { Vectors = { [""] = field }, Durability = Durability.None },
            cancellation);
        await FillAsync(collection, cancellation);
        var clock = Stopwatch.StartNew();
        await collection.CompactAsync(progress, cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        _truth ??= FindTruth(collection, cancellation);
        var row = Measure(collection, options, target, cancellation) with { BuildSeconds = seconds };
        await database.DisposeAsync();
        Directory.Delete(path, recursive: true);
        return row;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(Collection collection, CancellationToken cancellation)
    {
        foreach (var batch in _sample.Rows.Index().Chunk(BatchRows))
        {
            var points = batch.Select(row => new Point((ulong)row.Index, row.Item)).ToArray();
            await collection.UpsertAsync(points, cancellation: cancellation);
        }
    }

    private HashSet<PointId>[] FindTruth(Collection collection, CancellationToken cancellation) =>
    [
        .. _sample.Queries.Select(query => collection.Search(Request(query) with { Exact = true }, cancellation)
            .Select(hit => hit.Id)
            .ToHashSet()),
    ];

    private TuneRow Measure(
        Collection collection, IvfOptions options, double target, CancellationToken cancellation)
    {
        TuneRow row;
        var probes = 1;
        do
        {
            var request = new SearchRequest { Limit = _k, Probes = probes, WithPayload = false };
            var run = new SearchTiming(
                query => collection.Search(request with { Vector = _sample.Queries[query] }),
                _sample.Queries.Count,
                threads: 1,
                Timing).Run(null, cancellation);
            var recall = run.Returned.Index().Average(
                query => query.Item.Count(_truth![query.Index].Contains) / (double)_truth[query.Index].Count);
            row = new TuneRow(
                options with { Probes = probes },
                options.BytesPerRow(_field.Dimensions),
                recall,
                run.QueriesPerSecond,
                0,
                recall >= target);
            probes *= 2;
        }
        while (!row.Reaches && probes <= options.ListsFor(_sample.Rows.Count));

        return row;
    }

    private SearchRequest Request(float[] query) => new() { Vector = query, Limit = _k, WithPayload = false };
}
