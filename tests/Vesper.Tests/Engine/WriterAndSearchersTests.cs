using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Vesper.Tests.Engine;

/// <summary>
/// One writer and four searchers for 30 s, with sealing and merging all the while: every result was alive at some
/// moment of its query, and every acknowledged upsert is found by the next exact search.
/// </summary>
public sealed class WriterAndSearchersTests
{
    private const int Dimensions = 16;
    private const int Ids = 4_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, Life> _lives = new();
    private long _clock;

    [Fact]
    public async Task Results_are_alive_and_acknowledged_points_are_found()
    {
        using var directory = new TemporaryDatabase();
        await using (var database = await directory.OpenAsync())
        {
            var options = TemporaryDatabase.Options(Dimensions, Metric.L2, new SegmentOptions { MaxRows = 1_500 });
            options.Vectors[""] = options.Vectors[""] with
            {
                Index = new IndexOptions { Kind = IndexKind.Hnsw, M = 8, EfConstruction = 60 },
            };
            var collection = await database.CreateCollectionAsync("docs", options);
            var stop = Stopwatch.StartNew();
            var searches = new long[4];
            var work = Enumerable.Range(0, 4).Select(thread => Task.Factory.StartNew(
                () => searches[thread] = Search(collection, thread, stop),
                TaskCreationOptions.LongRunning)).ToList<Task>();
            work.Add(Task.Run(() => WriteAsync(collection, stop)));
            await Task.WhenAll(work);
            Assert.True(
                _lives.Count > 500 && searches.All(count => count > 50),
                $"{_lives.Count} versions, {string.Join(",", searches)} searches");
        }

        Assert.Empty(directory.Check());
    }

    private async Task WriteAsync(Collection collection, Stopwatch stop)
    {
        var random = new Random(30);
        var newest = new Dictionary<ulong, long>();
        var none = new WriteOptions { Durability = Durability.None };
        for (long version = 1; stop.Elapsed < Duration;)
        {
            var batch = new Dictionary<ulong, (long Version, float[] Vector)>();
            for (var count = random.Next(1, 40); batch.Count < count;)
            {
                batch.TryAdd((ulong)random.Next(Ids), (version++, TemporaryDatabase.Vector(random, Dimensions)));
            }

            Begin(batch.Values.Select(entry => entry.Version));
            await collection.UpsertAsync(
                [.. batch.Select(entry =>
                    new Point(entry.Key, entry.Value.Vector, new JsonObject { ["v"] = entry.Value.Version }))],
                none);
            End(batch.Keys.Where(newest.ContainsKey).Select(id => newest[id]));
            foreach (var (id, entry) in batch)
            {
                newest[id] = entry.Version;
            }

            var (probe, written) = batch.First();
            var found = collection.Search(new() { Vector = written.Vector, Limit = 1, Exact = true })[0];
            Assert.Equal((new PointId(probe), 0f), (found.Id, found.Score));
            Assert.Equal(written.Version, (long)found.Payload!.ToJsonObject()["v"]!);
            if (random.Next(4) == 0)
            {
                var gone = newest.Keys.Skip(random.Next(newest.Count)).Take(random.Next(1, 20)).ToArray();
                await collection.DeleteAsync(gone.Select(id => new PointId(id)).ToArray(), none);
                End(gone.Select(id => newest[id]));
                Array.ForEach(gone, id => newest.Remove(id));
                Assert.Empty(collection.Get([.. gone.Select(id => new PointId(id))]));
            }
        }
    }

    private long Search(Collection collection, int thread, Stopwatch stop)
    {
        var random = new Random(31 + thread);
        long searches = 0;
        for (; stop.Elapsed < Duration; searches++)
        {
            var request = new SearchRequest
            {
                Vector = TemporaryDatabase.Vector(random, Dimensions),
                Limit = random.Next(1, 30),
                Exact = random.Next(3) == 0,
                Filter = random.Next(3) == 0 ? Filter.Parse("""{"must": [{"key": "v", "range": {"gte": 0}}]}""") : null,
            };
            var begun = Interlocked.Increment(ref _clock);
            var hits = collection.Search(request);
            var ended = Interlocked.Increment(ref _clock);
            Assert.Equal(hits.Count, hits.Select(hit => hit.Id).Distinct().Count());
            foreach (var hit in hits)
            {
                var life = _lives[(long)hit.Payload!.ToJsonObject()["v"]!];
                Assert.True(
                    life.Begun <= ended && life.Ended >= begun, $"version {hit.Payload} of {hit.Id} was not alive");
            }
        }

        return searches;
    }

    /// <summary>From now on these versions may be seen.</summary>
    private void Begin(IEnumerable<long> versions)
    {
        var now = Interlocked.Increment(ref _clock);
        foreach (var version in versions)
        {
            _lives[version] = new Life(now);
        }
    }

    /// <summary>Their end is acknowledged: a query that begins later may not see them.</summary>
    private void End(IEnumerable<long> versions)
    {
        var now = Interlocked.Increment(ref _clock);
        foreach (var version in versions)
        {
            _lives[version].Ended = now;
        }
    }

    private sealed class Life(long begun)
    {
        private long _ended = long.MaxValue;

        public long Begun => begun;

        public long Ended
        {
            get => Interlocked.Read(ref _ended);
            set => Interlocked.Exchange(ref _ended, value);
        }
    }
}
