using System.Text.Json.Nodes;

namespace Vesper.Tests.Engine;

public sealed class CollectionLifecycleTests
{
    private const int Dimensions = 12;

    [Fact]
    public async Task What_is_written_is_read_searched_and_survives_reopening()
    {
        using var directory = new TemporaryDatabase();
        var random = new Random(1);
        var points = Enumerable.Range(0, 500)
            .Select(n => TemporaryDatabase.Make(random, (ulong)n, Dimensions))
            .ToArray();
        await using (var database = await directory.OpenAsync())
        {
            var collection = await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions));
            var result = await collection.UpsertAsync(points);
            Assert.Equal(500, result.Affected);
            Assert.Equal(500, collection.Count());
            CheckAll(collection, points);
        }

        await using (var database = await directory.OpenAsync())
        {
            var report = Assert.Single(database.OpenReport.Collections);
            Assert.True(report.CleanlyClosed, string.Join("; ", report.Notes));
            Assert.Equal(0, report.RecordsReplayed);
            CheckAll(database.GetCollection("docs"), points);
        }

        Assert.Empty(directory.Check());
    }

    [Fact]
    public async Task An_upsert_replaces_a_delete_removes_and_both_survive()
    {
        using var directory = new TemporaryDatabase();
        var random = new Random(2);
        await using (var database = await directory.OpenAsync())
        {
            var collection = await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions));
            await collection.UpsertAsync(
                [.. Enumerable.Range(0, 100).Select(n => TemporaryDatabase.Make(random, (ulong)n, Dimensions))]);
            await collection.CheckpointAsync();
            await collection.UpsertAsync([TemporaryDatabase.Make(random, 7, Dimensions, "b")]);
            Assert.Equal(2, (await collection.DeleteAsync(new PointId[] { 8, 9, 1000 })).Affected);
            Check(collection);
        }

        await using (var database = await directory.OpenAsync())
        {
            Check(database.GetCollection("docs"));
        }

        Assert.Empty(directory.Check());

        static void Check(Collection collection)
        {
            Assert.Equal(98, collection.Count());
            Assert.Equal(1, collection.Count(Filter.Match("group", "b")));
            Assert.Empty(collection.Get([8, 9]));
            Assert.Equal("b", (string?)collection.Get([7])[0].Payload!.ToJsonObject()["group"]);
        }
    }

    [Fact]
    public async Task Payload_changes_are_seen_by_reads_and_filters_before_and_after_sealing()
    {
        using var directory = new TemporaryDatabase();
        var random = new Random(3);
        var options = TemporaryDatabase.Options(Dimensions);
        options.PayloadIndexes.Add("group", PayloadIndexType.Keyword);
        await using (var database = await directory.OpenAsync())
        {
            var collection = await database.CreateCollectionAsync("docs", options);
            await collection.UpsertAsync(
                [.. Enumerable.Range(0, 50).Select(n => TemporaryDatabase.Make(random, (ulong)n, Dimensions))]);
            await collection.SetPayloadAsync(
                new PointId[] { 1, 2 }, new JsonObject { ["group"] = "b", ["extra"] = true });
            await collection.CheckpointAsync();
            await collection.OverwritePayloadAsync(new PointId(3), new JsonObject { ["group"] = "b" });
            await collection.DeletePayloadAsync(Filter.Match("n", 2), ["extra"]);
            await collection.ClearPayloadAsync(new PointId(4));
            Check(collection);
            await collection.CompactAsync();
            Check(collection);
        }

        await using (var database = await directory.OpenAsync())
        {
            Check(database.GetCollection("docs"));
        }

        Assert.Empty(directory.Check());

        static void Check(Collection collection)
        {
            Assert.Equal(3, collection.Count(Filter.Match("group", "b")));
            Assert.Equal(46, collection.Count(Filter.Match("group", "a")));
            Assert.Equal("""{"n":1,"group":"b","extra":true}""", collection.Get([1])[0].Payload!.ToString());
            Assert.Equal("""{"n":2,"group":"b"}""", collection.Get([2])[0].Payload!.ToString());
            Assert.Equal("{}", collection.Get([4])[0].Payload!.ToString());
        }
    }

    [Fact]
    public async Task Sealing_merging_and_indexing_keep_every_answer()
    {
        using var directory = new TemporaryDatabase();
        var random = new Random(4);
        var points = Enumerable.Range(0, 3000)
            .Select(n => TemporaryDatabase.Make(random, (ulong)n, Dimensions))
            .ToArray();
        await using (var database = await directory.OpenAsync())
        {
            var options = TemporaryDatabase.Options(Dimensions, Metric.Cosine, new SegmentOptions { MaxRows = 400 });
            options.Vectors[""] = options.Vectors[""] with
            {
                Index = new IndexOptions { Kind = IndexKind.Hnsw, M = 8 },
            };
            var collection = await database.CreateCollectionAsync("docs", options);
            foreach (var batch in points.Chunk(100))
            {
                await collection.UpsertAsync(batch);
            }

            await collection.DeleteAsync(Enumerable.Range(0, 300).Select(n => new PointId((ulong)n * 10)).ToArray());
            await collection.WaitForIndexingAsync();
            var info = collection.GetInfo();
            Assert.InRange(info.Segments, 1, 2);
            Assert.Equal(info.IndexableRows, info.IndexedRows);
            Assert.Equal(2700, info.Points);
            CheckSearches(collection, points.Where(point => point.Id.Number % 10 != 0).ToArray());
            await collection.CompactAsync();
            Assert.Equal(0, collection.GetInfo().DeadRows);
            CheckSearches(collection, points.Where(point => point.Id.Number % 10 != 0).ToArray());
        }

        Assert.Empty(directory.Check());
    }

    [Fact]
    public async Task Everything_native_is_given_back()
    {
        using var directory = new TemporaryDatabase();
        var database = await directory.OpenAsync();
        await using (database)
        {
            var collection = await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions));
            var random = new Random(5);
            await collection.UpsertAsync(
                [.. Enumerable.Range(0, 100).Select(n => TemporaryDatabase.Make(random, (ulong)n, Dimensions))]);
            await collection.CheckpointAsync();
            collection.Search(new() { Vector = TemporaryDatabase.Vector(random, Dimensions) });
            Assert.True(database.MemoryBytes > 0);
        }

        Assert.Equal(0, database.MemoryBytes);
    }

    [Fact]
    public async Task One_owner_writes_and_readers_wait_until_it_is_gone()
    {
        using var directory = new TemporaryDatabase();
        await using (var database = await directory.OpenAsync())
        {
            await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions));
            await Assert.ThrowsAsync<DatabaseLockedException>(async () => await directory.OpenAsync());
            await Assert.ThrowsAsync<DatabaseLockedException>(
                async () => await directory.OpenAsync(new() { ReadOnly = true }));
        }

        await using var reader = await directory.OpenAsync(new() { ReadOnly = true });
        await using var second = await directory.OpenAsync(new() { ReadOnly = true });
        await Assert.ThrowsAsync<DatabaseLockedException>(async () => await directory.OpenAsync());
        await Assert.ThrowsAsync<ReadOnlyException>(
            async () => await reader.GetCollection("docs").DeleteAsync(new PointId(1)));
        await Assert.ThrowsAsync<ReadOnlyException>(async () => await reader.DropCollectionAsync("docs"));
    }

    [Fact]
    public async Task Dropping_a_collection_deletes_its_files_and_frees_its_name()
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var collection = await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions));
        await collection.UpsertAsync([TemporaryDatabase.Make(new Random(6), 1, Dimensions)]);
        await Assert.ThrowsAsync<AlreadyExistsException>(
            async () => await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions)));
        await database.DropCollectionAsync("docs");
        Assert.Empty(database.ListCollections());
        Assert.Throws<NotFoundException>(() => database.GetCollection("docs"));
        Assert.Empty(Directory.GetFiles(directory.Path, "*.log", SearchOption.AllDirectories));
        var again = await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(3));
        Assert.Equal(0, again.Count());
    }

    private static void CheckAll(Collection collection, Point[] points)
    {
        var stored = collection.Get([.. points.Select(point => point.Id)]);
        Assert.Equal(points.Length, stored.Count);
        for (var at = 0; at < points.Length; at++)
        {
            Assert.Equal(points[at].Id, stored[at].Id);
            Assert.Equal(points[at].Vectors[""].ToArray(), stored[at].Vectors![""]);
            Assert.Equal(points[at].Payload.ToString(), stored[at].Payload!.ToString());
        }

        CheckSearches(collection, points);
    }

    private static void CheckSearches(Collection collection, Point[] alive)
    {
        var metric = collection.Options.Vectors[""].Metric;
        var random = new Random(99);
        for (var round = 0; round < 20; round++)
        {
            var query = TemporaryDatabase.Vector(random, Dimensions);
            var expected = alive
                .Select(point => (point.Id, Distance: BruteForce.Distance(metric, query, point.Vectors[""].Span)))
                .OrderBy(entry => entry.Distance).Take(10).ToArray();
            var exact = collection.Search(new() { Vector = query, Exact = true });
            Assert.Equal(expected.Select(entry => entry.Id), exact.Select(hit => hit.Id));
            var walked = collection.Search(new() { Vector = query, EfSearch = 400 });
            Assert.Equal(10, walked.Count);
            Assert.True(walked.Count(hit => expected.Any(entry => entry.Id == hit.Id)) >= 9, "recall of a wide walk");
        }
    }
}
