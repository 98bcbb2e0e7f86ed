using System.Text.Json.Nodes;
using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;
using Vesper.Bench.Sweeps;
using Vesper.Cli.Files;

namespace Vesper.Bench.Filtering;

/// <summary>
/// A database of a data set whose points carry two ranks as integers, each with a payload index; built once and kept.
/// </summary>
internal sealed class RankedCollection : IAsyncDisposable
{
    /// <summary>Payload key of the random rank.</summary>
    public const string RandomKey = "random";

    /// <summary>Payload key of the rank along the principal component.</summary>
    public const string ProjectedKey = "projected";

    private const string CollectionName = "base";
    private const string DoneFile = "done";
    private const int BatchPoints = 1_000;
    private const int BatchesInFlight = 4;

    private readonly VesperDatabase _database;

    private RankedCollection(VesperDatabase database, string directory)
    {
        _database = database;
        Directory = directory;
        Collection = database.GetCollection(CollectionName);
    }

    /// <summary>The variant it is built as.</summary>
    public static EngineVariant Variant { get; } = new()
    {
        Engine = DriverCatalog.Vesper,
        Index = "hnsw-ranked",
        Parameters = new Dictionary<string, int> { ["m"] = 16, ["ef_construction"] = 200 },
        Efforts = [],
    };

    /// <summary>The open collection; it is only read.</summary>
    public Collection Collection { get; }

    /// <summary>Where its files lie.</summary>
    public string Directory { get; }

    /// <summary>Opens it, after building it when it is not there.</summary>
    public static async Task<RankedCollection> OpenAsync(
        BenchSession session, Dataset dataset, FilterWindows windows, CancellationToken cancellation)
    {
        var hello = new HelloAnswer(DriverCatalog.Vesper, VesperVersion.Text, [], []);
        var directory = IndexCache.DirectoryOf(session.Options, dataset, Variant, hello);
        var data = Path.Combine(directory, "data");
        var done = Path.Combine(directory, DoneFile);
        if (!File.Exists(done))
        {
            session.Say($"  {dataset.Name}: building a collection with ranks to filter by");
            await BuildAsync(dataset, windows, data, cancellation);
            await File.WriteAllTextAsync(done, "", cancellation);
        }

        var database = await VesperDatabase.OpenAsync(data, new VesperOptions { ReadOnly = true }, cancellation);
        try
        {
            return new RankedCollection(database, data);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>The filter of a window.</summary>
    public static Filter FilterOf(Correlation correlation, RankWindow window) => Filter.Range(
        correlation == Correlation.Uncorrelated ? RandomKey : ProjectedKey,
        gte: (long)window.From,
        lt: (long)window.To);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task BuildAsync(
        Dataset dataset, FilterWindows windows, string data, CancellationToken cancellation)
    {
        if (System.IO.Directory.Exists(data))
        {
            System.IO.Directory.Delete(data, recursive: true);
        }

        await using var database = await VesperDatabase.OpenAsync(data, null, cancellation);
        var collection = await database.CreateCollectionAsync(
            CollectionName,
            new CollectionOptions
            {
                Vectors =
                {
                    [""] = new VectorFieldOptions(dataset.Dimensions, dataset.Metric)
                    {
                        Index = new IndexOptions
                        {
                            Kind = IndexKind.Hnsw,
                            M = Variant.Parameters["m"],
                            EfConstruction = Variant.Parameters["ef_construction"],
                        },
                    },
                },
                PayloadIndexes =
                {
                    [RandomKey] = PayloadIndexType.Integer,
                    [ProjectedKey] = PayloadIndexType.Integer,
                },
            },
            cancellation);
        var inFlight = new Queue<Task>();
        foreach (var batch in ReadPoints(dataset, windows).Chunk(BatchPoints))
        {
            if (inFlight.Count == BatchesInFlight)
            {
                await inFlight.Dequeue();
            }

            var options = new WriteOptions { Durability = Durability.None };
            inFlight.Enqueue(collection.UpsertAsync(batch, options, cancellation).AsTask());
        }

        await Task.WhenAll(inFlight);
        await collection.WaitForIndexingAsync(null, cancellation);
        await collection.CompactAsync(null, cancellation);
        await collection.FlushAsync(cancellation);
    }

    private static IEnumerable<Point> ReadPoints(Dataset dataset, FilterWindows windows)
    {
        using var file = RowFile.OpenVectors(dataset.BasePath);
        for (var row = 0; row < dataset.Rows; row++)
        {
            var vector = new float[dataset.Dimensions];
            file.Read(vector.AsSpan());
            var payload = new JsonObject
            {
                [RandomKey] = windows.RandomRanks[row],
                [ProjectedKey] = windows.ProjectedRanks[row],
            };
            yield return new Point((ulong)row, vector, payload);
        }
    }
}
