using System.Diagnostics;
using System.Reflection;

namespace Vesper.Tests.Engine;

public sealed class SearchTests
{
    private const int Dimensions = 24;

    [Theory]
    [InlineData(Metric.L2)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Manhattan)]
    public async Task Scores_offset_and_threshold_mean_what_they_say(Metric metric)
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var (collection, points) = await FillAsync(database, TemporaryDatabase.Options(Dimensions, metric), 400);
        var query = TemporaryDatabase.Vector(new Random(41), Dimensions);
        var sign = metric is Metric.Dot or Metric.Cosine ? -1 : 1;
        var expected = points
            .Select(point => (point.Id, Distance: BruteForce.Distance(metric, query, point.Vectors[""].Span)))
            .OrderBy(entry => entry.Distance).ToArray();
        var hits = collection.Search(new() { Vector = query, Exact = true, Limit = 50, Offset = 5 });
        Assert.Equal(expected.Skip(5).Take(50).Select(entry => entry.Id), hits.Select(hit => hit.Id));
        Assert.All(
            hits.Zip(expected.Skip(5)),
            pair => Assert.Equal(sign * pair.Second.Distance, pair.First.Score, 1e-5));
        var threshold = hits[20].Score;
        var within = collection.Search(new() { Vector = query, Exact = true, Limit = 400, ScoreThreshold = threshold });
        Assert.Equal(5 + 21, within.Count);
        Assert.Equal(threshold, within[^1].Score);
        Assert.Empty(collection.Search(new() { Vector = query, Offset = 400, Limit = 10 }));
    }

    [Fact]
    public async Task Equal_scores_order_by_id_across_segments()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var options = TemporaryDatabase.Options(2, Metric.L2, new SegmentOptions { MaxRows = 7 });
        var collection = await database.CreateCollectionAsync("docs", options);
        var ids = Enumerable.Range(0, 60).Select(n => (PointId)(ulong)n)
            .Append("b").Append("a").Append(Guid.Empty).ToArray();
        foreach (var id in ids.OrderBy(id => id.GetHashCode()))
        {
            await collection.UpsertAsync([new Point(id, new float[] { 1, 1 })], new() { Durability = Durability.None });
        }

        var hits = collection.Search(new() { Vector = new float[] { 0, 1 }, Limit = 40 });
        Assert.Equal(ids.Order().Take(40), hits.Select(hit => hit.Id));
        var all = collection.Scroll(new() { Limit = 1000 }).Points.Select(point => point.Id);
        Assert.Equal(ids.Order(), all);
    }

    [Fact]
    public async Task A_target_recall_is_reached_by_each_segments_calibration()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var options = TemporaryDatabase.Options(Dimensions);
        options.Vectors[""] = options.Vectors[""] with { Index = new IndexOptions { Kind = IndexKind.Hnsw } };
        var (collection, _) = await FillAsync(database, options, 6_000);
        await collection.WaitForIndexingAsync();
        var random = new Random(42);
        int hits = 0, wanted = 0;
        for (var round = 0; round < 60; round++)
        {
            var query = TemporaryDatabase.Vector(random, Dimensions);
            var exact = collection.Search(new() { Vector = query, Exact = true });
            var found = collection.Search(new() { Vector = query, TargetRecall = 0.9 });
            hits += found.Count(hit => hit.Score <= exact[^1].Score);
            wanted += exact.Count;
        }

        Assert.True(hits >= 0.85 * wanted, $"{hits} of {wanted}");
    }

    [Fact]
    public async Task A_search_allocates_its_results_and_little_else()
    {
        var debugging = typeof(Collection).Assembly.GetCustomAttribute<DebuggableAttribute>();
        Assert.SkipWhen(
            debugging is { IsJITOptimizerDisabled: true }, "only optimised code leaves out what need not be allocated");
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var options = TemporaryDatabase.Options(Dimensions);
        options.Vectors[""] = options.Vectors[""] with { Index = new IndexOptions { Kind = IndexKind.Hnsw, M = 8 } };
        options.PayloadIndexes.Add("n", PayloadIndexType.Integer);
        var (collection, _) = await FillAsync(database, options, 20_000);
        await collection.CompactAsync();
        var query = TemporaryDatabase.Vector(new Random(43), Dimensions);
        var request = new SearchRequest { Vector = query, WithPayload = false };
        Assert.InRange(BytesOf(request), 1, 2_048);

        // What a filter needs beside its answer does not grow with the rows.
        var few = new SearchRequest { Vector = query, WithPayload = false, Filter = Filter.Range("n", lt: 40) };
        Assert.InRange(BytesOf(few), 1, 4_096);
        Assert.InRange(BytesOf(few with { Filter = !few.Filter }), 1, 4_096);

        long BytesOf(SearchRequest search)
        {
            for (var round = 0; round < 200; round++)
            {
                collection.Search(search);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < 100; round++)
            {
                collection.Search(search);
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        }
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused_by_name()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var (collection, points) = await FillAsync(database, TemporaryDatabase.Options(3, Metric.Cosine), 5);
        var good = new float[] { 1, 2, 3 };
        Refused("vector", new() { Vector = new float[] { 1 } });
        Refused("vector", new() { Vector = Array.Empty<float>() });
        Refused("vector", new() { Vector = new float[] { 1, float.NaN, 0 } });
        Refused("vector", new() { Vector = new float[3] });
        Refused("limit", new() { Vector = good, Limit = 0 });
        Refused("offset", new() { Vector = good, Offset = -1 });
        Refused("efSearch", new() { Vector = good, EfSearch = 0 });
        Refused("targetRecall", new() { Vector = good, TargetRecall = 1 });
        Assert.Throws<LimitExceededException>(() => collection.Search(new() { Vector = good, Limit = 65_537 }));
        Assert.Throws<NotFoundException>(() => collection.Search(new() { Vector = good, Field = "none" }));
        var bad = new Point(9, new float[] { 0, float.PositiveInfinity, 0 });
        var error = await Assert.ThrowsAsync<SchemaException>(
            async () => await collection.UpsertAsync([points[0], bad]));
        Assert.Equal("points[1].vector", error.Field);
        Assert.Equal(5, collection.Count());

        void Refused(string field, SearchRequest request) =>
            Assert.Equal(field, Assert.Throws<SchemaException>(() => collection.Search(request)).Field);
    }

    [Fact]
    public async Task Several_fields_are_searched_apart_and_updated_apart()
    {
        using var directory = new TemporaryDatabase();
        await using (var database = await directory.OpenAsync())
        {
            var options = new CollectionOptions
            {
                Vectors = { ["image"] = new(2, Metric.L2), ["text"] = new(3, Metric.Cosine) },
            };
            var collection = await database.CreateCollectionAsync("docs", options);
            await collection.UpsertAsync([Make(1, [0, 0], [1, 0, 0]), Make(2, [5, 5], [0, 1, 0])]);
            var update = new Dictionary<string, ReadOnlyMemory<float>> { ["image"] = new float[] { 9, 9 } };
            var updated = await collection.UpdateVectorsAsync([new Point(1, update), new Point(7, update)]);
            Assert.Equal(1, updated.Affected);
            var missing = await Assert.ThrowsAsync<SchemaException>(
                async () => await collection.UpsertAsync([new Point(3, update)]));
            Assert.Equal("points[0].vectors['text']", missing.Field);
            Assert.Throws<SchemaException>(() => collection.Search(new() { Vector = new float[] { 0, 0 } }));
            Check(collection);
        }

        await using var again = await directory.OpenAsync();
        Check(again.GetCollection("docs"));

        static Point Make(ulong id, float[] image, float[] text) =>
            new(id, new Dictionary<string, ReadOnlyMemory<float>> { ["image"] = image, ["text"] = text });

        static void Check(Collection collection)
        {
            var byImage = collection.Search(new() { Field = "image", Vector = new float[] { 0, 0 } });
            var byText = collection.Search(new() { Field = "text", Vector = new float[] { 1, 0, 0 } });
            Assert.Equal([2UL, 1UL], [byImage[0].Id.Number, byText[0].Id.Number]);
            Assert.Equal([9, 9], collection.Get([1])[0].Vectors!["image"]);
            Assert.Equal([1, 0, 0], collection.Get([1])[0].Vectors!["text"]);
        }
    }

    private static async Task<(Collection Collection, Point[] Points)> FillAsync(
        VesperDatabase database, CollectionOptions options, int count)
    {
        var random = new Random(40);
        var dimensions = options.Vectors[""].Dimensions;
        var points = Enumerable.Range(0, count)
            .Select(n => TemporaryDatabase.Make(random, (ulong)n, dimensions)).ToArray();
        var collection = await database.CreateCollectionAsync("docs", options);
        await collection.UpsertAsync(points);
        return (collection, points);
    }
}
