using Vesper.Engine;
using Vesper.Storage.Files;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Engine;

/// <summary>What a manifest may say, and when.</summary>
public sealed class PublishTests
{
    private const int Dimensions = 4;

    [Fact]
    public async Task At_the_weakest_level_too_the_log_is_synced_before_a_manifest_shows_its_writes()
    {
        using var directory = new TemporaryDatabase();
        var recording = new RecordingFileSystem(FileSystems.Current);
        using (var database = DatabaseEngine.Open(recording, directory.Path, new VesperOptions()))
        {
            var options = TemporaryDatabase.Options(Dimensions) with { Durability = Durability.None };
            var collection = new Collection(database.Create("docs", options));
            var random = new Random(31);
            await collection.UpsertAsync([.. Points(random, 0, 200)]);
            await collection.CheckpointAsync();
            await collection.DeleteAsync(new PointId[] { 1, 2, 3 });
            await collection.UpsertAsync([.. Points(random, 100, 300)]);
            await collection.CompactAsync();
            await collection.DeleteAsync(new PointId[] { 4 });
        }

        var publishes = recording.Operations.Where(operation => operation.Kind == FileOperationKind.Rename
            && operation.Target!.Contains("MANIFEST-", StringComparison.Ordinal)).ToList();
        Assert.True(publishes.Count >= 5, $"{publishes.Count} publishes");
        Assert.All(publishes, publish => Assert.Empty(UnsyncedLogWrites(recording.Operations, publish.Sequence)));
    }

    [Fact]
    public async Task A_segment_whose_rows_are_all_dead_vanishes()
    {
        using var directory = new TemporaryDatabase();
        PointId[] ids = [.. Enumerable.Range(0, 50).Select(n => new PointId((ulong)n))];
        await using (var database = await directory.OpenAsync())
        {
            var collection = await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions));
            var random = new Random(32);
            await collection.UpsertAsync([.. Points(random, 0, 50)]);
            await collection.DeleteAsync(ids);
            await collection.CheckpointAsync();
            await collection.UpsertAsync([.. Points(random, 0, 50)]);
            await collection.CheckpointAsync();
            await collection.DeleteAsync(ids);
            await collection.CompactAsync();
            Assert.Equal((0, 0), (collection.Count(), collection.GetInfo().Segments));
            await collection.UpsertAsync([.. Points(random, 0, 1)]);
            await collection.DeleteAsync(ids);
        }

        await using (var database = await directory.OpenAsync(new() { ReadOnly = true }))
        {
            Assert.Equal(0, database.GetCollection("docs").Count());
        }

        Assert.Empty(directory.Check());
        Assert.Empty(Directory.GetFiles(directory.Path, "*.seg", SearchOption.AllDirectories));
    }

    private static IEnumerable<Point> Points(Random random, int from, int to) =>
        Enumerable.Range(from, to - from).Select(n => TemporaryDatabase.Make(random, (ulong)n, Dimensions));

    private static IEnumerable<FileOperation> UnsyncedLogWrites(IReadOnlyList<FileOperation> operations, long before)
    {
        var log = operations.Where(operation => operation.Sequence < before
            && operation.Name.StartsWith("wal-", StringComparison.Ordinal)).ToList();
        return log.Where(write => write.Kind == FileOperationKind.Write && !log.Exists(sync =>
            sync.Kind == FileOperationKind.Sync && sync.Path == write.Path && sync.Sequence > write.Sequence));
    }
}
