using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Sweeps;

/// <summary>One variant in a sweep, in a process of its own, and what was measured of it.</summary>
internal sealed class Contestant(BenchSession session, Dataset dataset, EngineVariant variant, bool twin)
    : IAsyncDisposable
{
    private const int WarmUpQueries = 200;
    private const double WarmUpSeconds = 0.05;

    private readonly Dictionary<SearchPoint, PointRecord> _records = [];
    private readonly string _out = Path.Combine(session.Options.Cache, "work", $"ids-{Guid.NewGuid():N}.ibin");
    private Driver? _driver;
    private IReadOnlyList<string> _facts = [];

    /// <summary>What it is.</summary>
    public EngineVariant Variant => variant;

    /// <summary>Its name for people.</summary>
    public string Title => $"{variant.Engine} {variant.Name}{(twin ? " (twin)" : "")}";

    /// <summary>False from the first failure on.</summary>
    public bool IsIn { get; private set; } = true;

    /// <summary>Its results.</summary>
    public IEnumerable<Measurement> Results => _records.Values.Where(record => record.Repeats > 0).Select(
        record => record.ToMeasurement(variant, dataset, _facts) with { Twin = twin, Seed = session.Options.Seed });

    /// <summary>Starts its driver, builds or loads its index, and warms it up.</summary>
    public Task LoadAsync(CancellationToken cancellation) => GuardAsync(async () =>
    {
        _driver = await Driver.StartAsync(variant.Engine, session.Options, cancellation);
        _facts = _driver.Facts;
        var answer = await _driver.BuildAsync(
            dataset,
            new BuildCommand(
                variant.Index,
                variant.Parameters,
                IndexCache.DirectoryOf(session.Options, dataset, variant, _driver.Hello),
                Environment.ProcessorCount,
                session.Options.Seed),
            cancellation);
        if (answer.Built)
        {
            session.Say($"  built {Title} in {answer.Figures["build_s"]:0.0} s");
        }

        var queries = Math.Min(WarmUpQueries, dataset.QueryCount);
        await SearchAsync(new SearchPoint(SweepPlan.K, 1, variant.Efforts[0], queries), WarmUpSeconds, cancellation);
    });

    /// <summary>Measures a point once.</summary>
    public Task MeasureAsync(SearchPoint point, double seconds, RecallScore score, CancellationToken cancellation) =>
        GuardAsync(async () =>
        {
            if (!_records.TryGetValue(point, out var record))
            {
                _records.Add(point, record = new PointRecord(point));
            }

            record.Add(await SearchAsync(point, seconds, cancellation), score);
        });

    /// <summary>Ends its driver.</summary>
    public async Task UnloadAsync()
    {
        if (_driver is not null)
        {
            await _driver.DisposeAsync();
            _driver = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UnloadAsync();
        File.Delete(_out);
    }

    private Task<SearchAnswer> SearchAsync(SearchPoint point, double seconds, CancellationToken cancellation) =>
        _driver!.SearchAsync(
            dataset,
            new SearchCommand(point.Queries, point.K, point.Effort, point.Threads, seconds, _out),
            cancellation);

    private async Task GuardAsync(Func<Task> work)
    {
        if (!IsIn)
        {
            return;
        }

        try
        {
            await work();
        }
        catch (DriverException error)
        {
            // The others go on; what was measured of this one so far stays.
            IsIn = false;
            await UnloadAsync();
            session.Report("recall", variant.Engine, variant.Name, error, dataset);
        }
    }
}
