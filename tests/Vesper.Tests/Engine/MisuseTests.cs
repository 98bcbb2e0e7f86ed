using System.Text.Json.Nodes;

namespace Vesper.Tests.Engine;

/// <summary>
/// What callers do wrong, or at an unlucky moment: a typed error or the right effect, and nothing half-done.
/// </summary>
public sealed class MisuseTests : IAsyncLifetime
{
    private readonly TemporaryDatabase _directory = new();
    private VesperDatabase _database = null!;
    private Collection _collection = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await _directory.OpenAsync();
        _collection = await _database.CreateCollectionAsync("docs", TemporaryDatabase.Options(2));
        await _collection.UpsertAsync(
            [.. Enumerable.Range(1, 5).Select(n => new Point((ulong)n, new float[] { n, 1 }, new JsonObject()))]);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_id_that_is_named_twice_counts_once()
    {
        Assert.Equal(2, (await _collection.SetPayloadAsync(new PointId[] { 1, 2, 1 }, new JsonObject())).Affected);
        var before = (await _collection.SetPayloadAsync(new PointId[] { 3 }, new JsonObject())).Lsn;
        var after = await _collection.DeleteAsync(new PointId[] { 4, 4, 99, 4 });
        Assert.Equal((1L, before.Value + 1), (after.Affected, after.Lsn.Value));
        Assert.Equal(4, _collection.Count());
    }

    [Fact]
    public async Task What_was_checked_is_what_is_stored()
    {
        var vector = new float[] { 3, 4 };
        var update = _collection.UpdateVectorsAsync([new Point(1, vector)]);
        vector[0] = float.NaN;
        await update;
        Assert.Equal([3, 4], _collection.Get([1])[0].Vectors![""]);
    }

    [Fact]
    public async Task Indexes_made_at_the_same_time_are_all_made()
    {
        var paths = Enumerable.Range(0, 8).Select(n => $"path{n}").ToArray();
        await Task.WhenAll(paths.Select(
            path => _collection.CreatePayloadIndexAsync(path, PayloadIndexType.Integer).AsTask()));
        Assert.Equal(paths, _collection.Options.PayloadIndexes.Keys.Order());
        await _database.DisposeAsync();
        _database = await _directory.OpenAsync();
        Assert.Equal(paths, _database.GetCollection("docs").Options.PayloadIndexes.Keys.Order());
    }

    [Fact]
    public async Task A_path_that_is_not_unicode_is_refused()
    {
        var error = await Assert.ThrowsAsync<SchemaException>(
            async () => await _collection.CreatePayloadIndexAsync("a\ud800", PayloadIndexType.Keyword));
        Assert.Contains("Unicode", error.Message, StringComparison.Ordinal);
        Assert.Empty(_collection.Options.PayloadIndexes);
    }

    [Fact]
    public void A_filter_nested_beyond_sense_is_refused_while_it_is_read()
    {
        var text = "{\"must\":" + new string('[', 1_000_000) + new string(']', 1_000_000) + "}";
        Assert.Equal("filter depth", Assert.Throws<LimitExceededException>(() => Filter.Parse(text)).Limit);
    }

    [Fact]
    public void Conditions_that_are_absent_do_not_match_everything()
    {
        Assert.Throws<ArgumentNullException>(() => Filter.Must((IReadOnlyList<Filter>)null!));
        Assert.Throws<ArgumentNullException>(() => Filter.Should((IReadOnlyList<Filter>)null!));
        Assert.Throws<ArgumentNullException>(() => Filter.MustNot((IReadOnlyList<Filter>)null!));
        Assert.Throws<ArgumentNullException>(() => Filter.AtLeast(1, (IReadOnlyList<Filter>)null!));
    }

    [Fact]
    public async Task A_null_is_named()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _collection.UpdateVectorsAsync([null!]));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _collection.UpsertAsync([null!]));
        foreach (var (options, field) in new (CollectionOptions, string)[]
        {
            (new() { Vectors = null! }, "vectors"),
            (new() { Vectors = { ["a"] = null! } }, "vector 'a'"),
            (new() { Vectors = { ["a"] = new(2, Metric.L2) { Index = null! } } }, "vector 'a': index"),
            (new() { Vectors = { ["a"] = new(2, Metric.L2) }, Segments = null! }, "segments"),
            (new() { Vectors = { ["a"] = new(2, Metric.L2) }, PayloadIndexes = null! }, "payload indexes"),
        })
        {
            var error = await Assert.ThrowsAsync<SchemaException>(
                async () => await _database.CreateCollectionAsync("other", options));
            Assert.Equal(field, error.Field);
        }

        Assert.Equal(["docs"], _database.ListCollections());
    }

    [Fact]
    public async Task The_only_field_is_given_once()
    {
        var options = new CollectionOptions { Vectors = { ["x"] = new(1, Metric.L2) } };
        var collection = await _database.CreateCollectionAsync("named", options);
        var twice = new Dictionary<string, ReadOnlyMemory<float>>
        {
            [""] = new float[] { 1 },
            ["x"] = new float[] { 2 },
        };
        var error = await Assert.ThrowsAsync<SchemaException>(
            async () => await collection.UpsertAsync([new Point(1, twice)]));
        Assert.Contains("twice", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, collection.Count());
    }

    [Fact]
    public async Task Each_limit_is_a_typed_error_that_names_it()
    {
        var one = new float[] { 1, 2 };
        var ids = Enumerable.Range(0, Limits.BatchPoints + 1).Select(n => new PointId((ulong)n)).ToArray();
        await ExceedsAsync("batch", () => _collection.UpsertAsync([.. ids.Select(id => new Point(id, one))]));
        await ExceedsAsync("ids", () => _collection.DeleteAsync(ids));
        Exceeds("ids", () => _collection.Get(ids));
        Exceeds("limit", () => _collection.Scroll(new() { Limit = 100_001 }));
        Exceeds("payload depth", () => Payload.Parse(Deep(65)));
        Assert.Equal(Deep(64), Payload.Parse(Deep(64)).ToString());
        await ExceedsAsync("collection: name", () => CreateAsync(new string('a', 129), new(2, Metric.L2)));
        await ExceedsAsync("vector: dimensions", () => CreateAsync("wide", new(65_537, Metric.L2)));
        var fields = Enumerable.Range(0, 65).ToDictionary(n => $"f{n}", _ => new VectorFieldOptions(1, Metric.L2));
        await ExceedsAsync("vectors", () => _database.CreateCollectionAsync("many", new() { Vectors = fields }));
        var paths = Enumerable.Range(0, 257).ToDictionary(n => $"p{n}", _ => PayloadIndexType.Bool);
        await ExceedsAsync("payload indexes", () => _database.CreateCollectionAsync(
            "paths", TemporaryDatabase.Options(2) with { PayloadIndexes = paths }));
        Assert.Equal(["docs"], _database.ListCollections());
        Assert.Equal(5, _collection.Count());

        ValueTask<Collection> CreateAsync(string name, VectorFieldOptions field) =>
            _database.CreateCollectionAsync(name, new() { Vectors = { [""] = field } });
    }

    [Fact]
    public async Task A_batch_above_its_bytes_is_refused_whole()
    {
        var payload = Payload.Parse($$"""{"text":"{{new string('x', 1_000_000)}}"}""");
        var points = Enumerable.Range(10, 270).Select(n => new Point((ulong)n, new float[] { 1, 2 }, payload));
        await ExceedsAsync("batch", () => _collection.UpsertAsync([.. points]));
        Assert.Equal(5, _collection.Count());
    }

    private static string Deep(int levels) =>
        string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

    private static void Exceeds(string limit, Action action) =>
        Assert.Equal(limit, Assert.Throws<LimitExceededException>(action).Limit);

    private static async Task ExceedsAsync<T>(string limit, Func<ValueTask<T>> action) =>
        Assert.Equal(limit, (await Assert.ThrowsAsync<LimitExceededException>(async () => await action())).Limit);
}
