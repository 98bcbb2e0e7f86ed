using Vesper.Tests.Engine;

namespace Vesper.Tests.House;

/// <summary>Whatever a database did, disposing it gives all native memory back.</summary>
public sealed class NativeBytesTests
{
    private const int Dimensions = 12;
    private const int Rows = 600;

    [Theory]
    [InlineData(IndexKind.Flat)]
    [InlineData(IndexKind.Hnsw)]
    public async Task A_disposed_database_holds_no_native_bytes(IndexKind kind)
    {
        using var directory = new TemporaryDatabase();
        var random = new Random(20_261);
        var options = new CollectionOptions
        {
            Vectors = { [""] = new(Dimensions, Metric.Cosine) { Index = new() { Kind = kind } } },
            PayloadIndexes = { ["group"] = PayloadIndexType.Keyword, ["n"] = PayloadIndexType.Integer },
            Segments = new SegmentOptions { MaxRows = 150 },
        };
        var first = await directory.OpenAsync();
        var points = await first.CreateCollectionAsync("points", options, TestContext.Current.CancellationToken);
        for (var start = 0; start < Rows; start += 100)
        {
            var ids = Enumerable.Range(start, 100);
            var batch = ids.Select(id => TemporaryDatabase.Make(random, (ulong)id, Dimensions)).ToList();
            await points.UpsertAsync(batch, cancellation: TestContext.Current.CancellationToken);
        }

        await UseAsync(points, random);
        await points.CompactAsync(cancellation: TestContext.Current.CancellationToken);
        await UseAsync(points, random);
        await DisposeAndCheckAsync(first);

        // Sealed sections load at first touch: open again, and touch them.
        var second = await directory.OpenAsync();
        await UseAsync(second.GetCollection("points"), random);
        await DisposeAndCheckAsync(second);
    }

    private static async Task UseAsync(Collection points, Random random)
    {
        var query = TemporaryDatabase.Vector(random, Dimensions);
        Assert.Equal(10, points.Search(new() { Vector = query }, TestContext.Current.CancellationToken).Count);
        var filtered = new SearchRequest { Vector = query, Filter = Filter.Match("group", "a"), WithVectors = true };
        Assert.Equal(10, points.Search(filtered, TestContext.Current.CancellationToken).Count);
        var id = (ulong)random.Next(Rows);
        await points.DeleteAsync(new PointId(id), cancellation: TestContext.Current.CancellationToken);
    }

    private static async Task DisposeAndCheckAsync(VesperDatabase database)
    {
        Assert.True(database.MemoryBytes > 0);
        await database.DisposeAsync();
        Assert.Equal(0, database.MemoryBytes);
    }
}
