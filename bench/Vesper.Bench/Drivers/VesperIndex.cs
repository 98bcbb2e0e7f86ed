using System.Diagnostics;
using System.Text.Json.Nodes;
using Vesper.Cli.Evaluation;
using Vesper.Cli.Files;
using Vesper.Cli.Importing;

namespace Vesper.Bench.Drivers;

/// <summary>What to build, and where.</summary>
internal sealed record VesperBuildPlan
{
    /// <summary>The base, <c>.fbin</c>.</summary>
    public required string Base { get; init; }

    /// <summary>The directory of the index.</summary>
    public required string Directory { get; init; }

    /// <summary>The metric.</summary>
    public required Metric Metric { get; init; }

    /// <summary>Threads that build.</summary>
    public required int Threads { get; init; }

    /// <summary>The structure.</summary>
    public required IndexOptions Index { get; init; }
}

/// <summary>A database of one collection, built by import as a user would, then opened and searched.</summary>
internal sealed class VesperIndex : IAsyncDisposable
{
    private const string CollectionName = "base";
    private const string FiguresFile = "build.json";
    private const int BatchPoints = 1_000;

    private readonly VesperDatabase _database;
    private readonly Collection _collection;
    private readonly bool _exact;
    private (string Path, float[][] Rows)? _queries;

    private VesperIndex(VesperDatabase database, bool exact)
    {
        _database = database;
        _collection = database.GetCollection(CollectionName);
        _exact = exact;
    }

    /// <summary>Builds the database unless it is there complete, and opens it; the answer has the figures.</summary>
    public static async Task<(VesperIndex Index, JsonObject Answer)> OpenAsync(
        VesperBuildPlan plan, CancellationToken cancellation)
    {
        var figuresPath = Path.Combine(plan.Directory, FiguresFile);
        var data = Path.Combine(plan.Directory, "data");
        var built = !File.Exists(figuresPath);
        if (built)
        {
            var made = await BuildAsync(plan, data, cancellation);
            using var file = new OutputFile(figuresPath);
            file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(made.ToJsonString()));
            file.Complete();
        }

        var answer = JsonNode.Parse(await File.ReadAllTextAsync(figuresPath, cancellation))!.AsObject();
        var clock = Stopwatch.StartNew();
        var database = await VesperDatabase.OpenAsync(data, new VesperOptions { ReadOnly = true }, cancellation);
        try
        {
            var index = new VesperIndex(database, plan.Index.Kind == IndexKind.Flat);
            index.SearchOne(FirstRow(plan.Base));
            answer["built"] = built;
            answer["load_s"] = clock.Elapsed.TotalSeconds;
            index.Describe(answer);
            return (index, answer);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>The measured loop; the answer has the figures.</summary>
    public JsonObject Search(SearchCommand command, string queryPath, CancellationToken cancellation)
    {
        var queries = LoadQueries(queryPath);
        if (command.Count < 1 || command.Count > queries.Length)
        {
            throw new DriverException($"{queryPath} has {queries.Length} queries, not {command.Count}");
        }

        var request = new SearchRequest
        {
            Limit = command.K,
            EfSearch = command.Effort.TryGetValue("ef", out var ef) ? ef : null,
            Probes = command.Effort.TryGetValue("nprobe", out var probes) ? probes : null,
            Exact = _exact,
            WithPayload = false,
        };
        var timing = new SearchTiming(
            query => _collection.Search(request with { Vector = queries[query] }, CancellationToken.None),
            command.Count,
            command.Threads,
            DriverTiming.Plan(command.Seconds));
        var run = timing.Run(progress: null, cancellation);
        using (var ids = new IbinWriter(command.Out, run.Returned.Length, command.K))
        {
            foreach (var returned in run.Returned)
            {
                ids.Write(returned.AsSpan());
            }

            ids.Complete();
        }

        return new JsonObject
        {
            ["qps"] = run.QueriesPerSecond,
            ["p50_ms"] = run.Percentile(0.50),
            ["p95_ms"] = run.Percentile(0.95),
            ["p99_ms"] = run.Percentile(0.99),
            ["passes"] = run.Passes,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task<JsonObject> BuildAsync(
        VesperBuildPlan plan, string data, CancellationToken cancellation)
    {
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        Directory.CreateDirectory(plan.Directory);
        double building;
        var clock = Stopwatch.StartNew();
        await using (var database = await VesperDatabase.OpenAsync(
            data, new VesperOptions { BackgroundThreads = plan.Threads }, cancellation))
        {
            var input = new PointInput(plan.Base, null, null, "");
            using var reader = input.Open();
            var collection = await database.CreateCollectionAsync(
                CollectionName,
                new CollectionOptions { Vectors = { [""] = FieldOf(plan) } },
                cancellation);
            var import = new ImportRun(
                ImportTarget.Of(collection, input),
                new ImportOptions(BatchPoints, Durability.None, 0),
                static _ => { });
            clock.Restart();
            await import.RunAsync(reader, reader.Total ?? 0, new Progress<WorkProgress>(), cancellation);
            await collection.WaitForIndexingAsync(null, cancellation);
            await collection.CompactAsync(null, cancellation);
            building = clock.Elapsed.TotalSeconds;
            clock.Restart();
            await collection.FlushAsync(cancellation);
        }

        return new JsonObject
        {
            ["build_s"] = building,
            ["train_s"] = 0.0,
            ["save_s"] = clock.Elapsed.TotalSeconds,
            ["index_bytes"] = FolderSize.Of(data),
            ["peak_rss_bytes"] = Process.GetCurrentProcess().PeakWorkingSet64,
        };
    }

    private static VectorFieldOptions FieldOf(VesperBuildPlan plan)
    {
        using var file = RowFile.OpenVectors(plan.Base);
        return new VectorFieldOptions(file.Dimensions, plan.Metric) { Index = plan.Index };
    }

    private static float[] FirstRow(string path)
    {
        using var file = RowFile.OpenVectors(path);
        var row = new float[file.Dimensions];
        file.Read(row.AsSpan());
        return row;
    }

    private void SearchOne(float[] vector)
    {
        // A zero row has no direction to search in.
        if (vector.AsSpan().ContainsAnyExcept(0f))
        {
            _collection.Search(new SearchRequest { Vector = vector, Exact = _exact, WithPayload = false });
        }
    }

    private void Describe(JsonObject answer)
    {
        var info = _collection.GetInfo();
        answer["rss_bytes"] = Process.GetCurrentProcess().WorkingSet64;
        answer["points"] = info.Points;
        answer["segments"] = info.Segments;
        answer["native_bytes"] = info.MemoryBytes;
        answer["managed_bytes"] = GC.GetTotalMemory(forceFullCollection: true);
    }

    private float[][] LoadQueries(string path)
    {
        if (_queries is { } kept && kept.Path == path)
        {
            return kept.Rows;
        }

        using var file = RowFile.OpenVectors(path);
        var rows = new float[file.Count][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new float[file.Dimensions];
            file.Read(rows[row].AsSpan());
        }

        _queries = (path, rows);
        return rows;
    }
}
