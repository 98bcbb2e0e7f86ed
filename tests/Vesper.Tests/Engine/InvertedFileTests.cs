using System.Text.Json.Nodes;
using Vesper.Tests.Indexing;

namespace Vesper.Tests.Engine;

/// <summary>Collections whose segments have inverted files.</summary>
public sealed class InvertedFileTests
{
    private const int Dimensions = 16;
    private const int Rows = 4_000;

    [Theory]
    [InlineData(Metric.L2, IvfEncoding.Product)]
    [InlineData(Metric.Cosine, IvfEncoding.RaBitQ)]
    [InlineData(Metric.Dot, IvfEncoding.Scalar)]
    public async Task Searches_find_the_nearest_before_and_after_reopening(Metric metric, IvfEncoding encoding)
    {
        using var directory = new TemporaryDatabase();
        var data = new MixtureData(seed: 3, Dimensions);
        var (vectors, queries) = (data.Take(Rows), data.Take(50));
        await using (var database = await directory.OpenAsync())
        {
            var options = Options(metric, new() { Encoding = encoding });
            var collection = await database.CreateCollectionAsync("docs", options);
            await FillAsync(collection, vectors);
            await collection.CompactAsync();
            Assert.Equal(Rows, collection.GetInfo().IndexedRows);
            RequireRecall(collection, queries);
        }

        Assert.Empty(directory.Check());
        await using var reopened = await directory.OpenAsync();
        var again = reopened.GetCollection("docs");
        Assert.Equal(encoding, again.Options.Vectors[""].Index.Ivf.Encoding);
        RequireRecall(again, queries);
    }

    [Fact]
    public async Task Filters_deletes_and_limits_keep_their_promise()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var data = new MixtureData(seed: 5, Dimensions);
        var collection = await database.CreateCollectionAsync("docs", Options(Metric.L2, new() { Probes = 1 }));
        await FillAsync(collection, data.Take(Rows));
        await collection.CompactAsync();
        await collection.DeleteAsync(PointSelector.Of([.. Enumerable.Range(0, 400).Select(n => (PointId)(ulong)n)]));
        foreach (var query in data.Take(20))
        {
            var hits = collection.Search(new() { Vector = query, Limit = 30, Filter = Filter.Match("group", "rare") });
            Assert.Equal(30, hits.Count);
            Assert.All(hits, hit => Assert.Equal("rare", (string?)hit.Payload!.ToJsonObject()["group"]));
            Assert.All(hits, hit => Assert.True(hit.Id >= (PointId)400UL));
            Assert.Equal(3_600, collection.Search(new() { Vector = query, Limit = 5_000, Probes = 1 }).Count);
        }
    }

    [Fact]
    public async Task A_target_recall_picks_the_probes()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var data = new MixtureData(seed: 7, Dimensions);
        var collection = await database.CreateCollectionAsync("docs", Options(Metric.L2, new()));
        await FillAsync(collection, data.Take(Rows));
        await collection.CompactAsync();
        var queries = data.Take(100);
        var recall = queries.Average(query => Recall(collection, new() { Vector = query, TargetRecall = 0.9 }));
        Assert.True(recall >= 0.87, $"recall {recall}");
    }

    [Fact]
    public async Task Few_rows_are_compared_one_by_one()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var data = new MixtureData(seed: 9, Dimensions);
        var collection = await database.CreateCollectionAsync("docs", Options(Metric.L2, new()));
        await FillAsync(collection, data.Take(IndexOptions.InvertedFromRows - 1));
        await collection.CompactAsync();
        var info = collection.GetInfo();
        Assert.Equal((0, 0), (info.IndexedRows, info.IndexableRows));
        Assert.Equal(1, data.Take(20).Average(query => Recall(collection, new() { Vector = query, Probes = 1 })));
    }

    [Fact]
    public async Task Requests_out_of_range_are_refused()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var collection = await database.CreateCollectionAsync("docs", Options(Metric.L2, new()));
        var request = new SearchRequest { Vector = new float[Dimensions] };
        Assert.Throws<SchemaException>(() => collection.Search(request with { Probes = 0 }));
        Assert.Throws<LimitExceededException>(() => collection.Search(request with { Probes = 65_537 }));
        Assert.Throws<SchemaException>(() => collection.Search(request with { Probes = 1, TargetRecall = 0.9 }));
        await Assert.ThrowsAsync<SchemaException>(
            async () => await database.CreateCollectionAsync("l1", Options(Metric.Manhattan, new())));
    }

    private static CollectionOptions Options(Metric metric, IvfOptions ivf) => new()
    {
        Vectors =
        {
            [""] = new(Dimensions, metric) { Index = new IndexOptions { Kind = IndexKind.Ivf, Ivf = ivf } },
        },
    };

    private static async Task FillAsync(Collection collection, IReadOnlyList<float[]> vectors)
    {
        foreach (var batch in vectors.Index().Chunk(1_000))
        {
            var points = batch.Select(row => new Point((ulong)row.Index, row.Item, Payload(row.Index)));
            await collection.UpsertAsync([.. points], new() { Durability = Durability.None });
        }

        static JsonObject Payload(int row) => new() { ["group"] = row % 50 == 0 ? "rare" : "usual" };
    }

    private static void RequireRecall(Collection collection, IReadOnlyList<float[]> queries)
    {
        var recall = queries.Average(query => Recall(collection, new() { Vector = query, Probes = 60 }));
        Assert.True(recall >= 0.95, $"recall {recall}");
    }

    private static double Recall(Collection collection, SearchRequest request)
    {
        var exact = collection.Search(request with { Exact = true, Probes = null, TargetRecall = null });
        var found = collection.Search(request).Select(hit => hit.Id).ToHashSet();
        return exact.Count(hit => found.Contains(hit.Id)) / (double)exact.Count;
    }
}
