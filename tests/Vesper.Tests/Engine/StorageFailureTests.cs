using System.Text.Json.Nodes;
using Vesper.Storage.Files;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Engine;

/// <summary>
/// After a failed sync nobody knows what the disk has: the collection takes no writes, says why, and reads go on. A
/// full disk that a sync reports is such a failure too, because that sync was to keep a promise.
/// </summary>
public sealed class StorageFailureTests
{
    private const int Dimensions = 4;
    private static readonly WriteOptions Weak = new() { Durability = Durability.None };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_sync_of_the_log_ends_writing_and_reads_go_on(bool full)
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using (var database = directory.Open(faulty))
        {
            var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
            await collection.UpsertAsync([Point(1)]);
            faulty.Fail(IsLogSync, error: full ? FaultyFileSystem.DiskFull() : null);
            var error = await Assert.ThrowsAsync<StorageException>(
                async () => await collection.UpsertAsync([Point(2)]));
            Assert.Equal(VesperErrorCode.Storage, error.Code);
            Assert.Contains("outcome of this write is unknown", error.Message, StringComparison.Ordinal);
            Assert.Equal(CollectionState.Failed, collection.GetInfo().State);
            await Assert.ThrowsAsync<StorageException>(async () => await collection.UpsertAsync([Point(3)]));
            await Assert.ThrowsAsync<StorageException>(async () => await collection.FlushAsync());
            await Assert.ThrowsAsync<StorageException>(async () => await collection.CheckpointAsync());
            Assert.Equal(1, collection.Count());
            Assert.Single(collection.Search(new() { Vector = new float[Dimensions] }));
        }

        await using var again = await directory.OpenAsync();
        Assert.InRange(again.GetCollection("docs").Count(), 1, 2);
        await again.GetCollection("docs").UpsertAsync([Point(4)]);
        Assert.Empty(again.GetCollection("docs").Get([3]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flush_that_fails_says_so_and_ends_writing(bool full)
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using var database = directory.Open(faulty);
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
        await collection.UpsertAsync([Point(1)], Weak);
        faulty.Fail(IsLogSync, error: full ? FaultyFileSystem.DiskFull() : null);
        await Assert.ThrowsAsync<StorageException>(async () => await collection.FlushAsync());
        Assert.Equal(CollectionState.Failed, collection.GetInfo().State);
    }

    [Fact]
    public async Task A_close_whose_sync_fails_is_no_clean_one()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        var database = directory.Open(faulty);
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
        await collection.UpsertAsync([Point(1)], Weak);
        faulty.Fail(IsLogSync, sticky: true, error: FaultyFileSystem.DiskFull());
        Assert.Throws<StorageException>(database.Dispose);
        Assert.Equal(0, database.Scope.Bytes);
    }

    [Theory]
    [InlineData(FileOperationKindOf.SegmentSync)]
    [InlineData(FileOperationKindOf.ManifestSync)]
    [InlineData(FileOperationKindOf.ManifestRename)]
    [InlineData(FileOperationKindOf.DirectorySync)]
    [InlineData(FileOperationKindOf.ManifestReadBack)]
    public async Task A_publish_whose_outcome_is_unknown_ends_writing(FileOperationKindOf where)
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using (var database = directory.Open(faulty))
        {
            var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
            await collection.UpsertAsync([Point(1)]);
            Break(faulty, where);
            await Assert.ThrowsAnyAsync<VesperException>(async () => await collection.CheckpointAsync());
            await WaitAsync(() => collection.GetInfo().State == CollectionState.Failed);
            await Assert.ThrowsAsync<StorageException>(async () => await collection.UpsertAsync([Point(2)]));
            Assert.Equal(1, collection.Count());
            faulty.Heal();
        }

        await using var again = await directory.OpenAsync();
        Assert.Equal(1, again.GetCollection("docs").Count());
    }

    [Fact]
    public async Task A_full_disk_at_a_publish_passes()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using var database = directory.Open(faulty);
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
        await collection.UpsertAsync([Point(1)]);
        faulty.Fail(
            operation => operation.Kind == FileOperationKind.Write && IsManifest(operation),
            sticky: true,
            error: FaultyFileSystem.DiskFull());
        var error = await Assert.ThrowsAsync<StorageException>(async () => await collection.CheckpointAsync());
        Assert.Equal(VesperErrorCode.DiskFull, error.Code);
        Assert.NotEqual(CollectionState.Failed, collection.GetInfo().State);
        faulty.Heal();
        await collection.CheckpointAsync();
        await collection.UpsertAsync([Point(2)]);
    }

    [Fact]
    public async Task Writes_that_wait_for_sealing_end_when_sealing_fails()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using var gate = new ManualResetEventSlim();
        var held = new RecordingFileSystem(faulty) { OnBefore = operation => Hold(operation, gate) };
        using var database = directory.Open(held);
        var options = TemporaryDatabase.Options(Dimensions, segments: new SegmentOptions { MaxRows = 10 });
        var collection = new Collection(database.Create("docs", options));
        for (var batch = 0; batch < 3; batch++)
        {
            await collection.UpsertAsync([.. Enumerable.Range(10 * batch, 10).Select(n => Point((ulong)n))], Weak);
        }

        using var cancellation = new CancellationTokenSource();
        var waiting = collection.UpsertAsync([Point(100)], Weak).AsTask();
        var cancelled = collection.UpsertAsync([Point(101)], Weak, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);
        faulty.Fail(operation => operation.Kind == FileOperationKind.Create && IsSegment(operation), sticky: true);
        gate.Set();
        await Assert.ThrowsAsync<StorageException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(60)));
        faulty.Heal();
    }

    [Fact]
    public async Task An_interval_is_kept_while_there_is_always_work()
    {
        using var directory = new TemporaryDatabase();
        var recording = new RecordingFileSystem(FileSystems.Current);
        using var database = directory.Open(recording);
        var engine = database.Create("docs", TemporaryDatabase.Options(Dimensions));
        var collection = new Collection(engine);
        var text = new JsonObject { ["text"] = new string('x', 1_000_000) };
        using var gate = new ManualResetEventSlim();
        var held = Task.Run(() => engine.RunOnWriter(gate.Wait));
        var options = new WriteOptions { Durability = Durability.Interval(1) };

        // Each is a commit of its own, and all three wait when the first begins.
        var writes = Enumerable.Range(0, 3).Select(write => collection.UpsertAsync(
            [.. Enumerable.Range(0, 17).Select(n => new Point((ulong)n, new float[Dimensions], text))],
            options).AsTask()).ToArray();
        recording.Clear();
        gate.Set();
        await held;
        await Task.WhenAll(writes);
        var log = recording.Operations.Where(operation => operation.Name.StartsWith("wal-", StringComparison.Ordinal));
        Assert.Contains(
            log.Reverse().SkipWhile(operation => operation.Kind != FileOperationKind.Write),
            operation => operation.Kind == FileOperationKind.Sync);
    }

    [Fact]
    public async Task A_collection_that_was_closed_says_so()
    {
        using var directory = new TemporaryDatabase();
        var database = directory.Open(FileSystems.Current);
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
        database.Dispose();
        Func<Task>[] calls =
        [
            async () => await collection.UpsertAsync([Point(1)]),
            async () => await collection.FlushAsync(),
            async () => await collection.CheckpointAsync(),
            async () => await collection.CompactAsync(),
            async () => await collection.WaitForIndexingAsync(),
            async () => await collection.CreatePayloadIndexAsync("a", PayloadIndexType.Bool),
            () => Task.FromResult(collection.Count()),
        ];
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(call);
        }
    }

    [Fact]
    public async Task A_memory_budget_refuses_what_would_exceed_it_and_lets_deletes_pass()
    {
        using var directory = new TemporaryDatabase();
        var limits = new VesperOptions { DiskHeadroomBytes = 0, MemoryBudgetBytes = 16 << 20 };
        using var database = directory.Open(FileSystems.Current, limits);
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(1024)));
        var vector = new float[1024];
        var points = Enumerable.Range(0, 1000).Select(n => new Point((ulong)n, vector)).ToArray();
        LimitExceededException? error = null;
        for (var batch = 0; batch < 20 && error is null; batch++)
        {
            error = await Record.ExceptionAsync(async () => await collection.UpsertAsync(points))
                as LimitExceededException;
        }

        Assert.Equal(("memory budget", limits.MemoryBudgetBytes), (error?.Limit, error?.Maximum));
        Assert.Equal(1000, collection.Count());
        await collection.DeleteAsync(new PointId(1));
        Assert.Equal(999, collection.Count());
        var bad = limits with { MemoryBudgetBytes = -1 };
        Assert.Throws<SchemaException>(() => directory.Open(FileSystems.Current, bad));
    }

    [Fact]
    public async Task A_batch_is_never_cut_by_a_full_segment()
    {
        using var directory = new TemporaryDatabase();
        using var database = directory.Open(FileSystems.Current);
        var options = TemporaryDatabase.Options(Dimensions, segments: new SegmentOptions { MaxRows = 3 });
        var engine = database.Create("docs", options);
        var large = new JsonObject { ["text"] = new string('x', 900_000) };
        var batch = Enumerable.Range(0, 12).Select(n => new Point((ulong)n, new float[Dimensions], large)).ToArray();
        await new Collection(engine).UpsertAsync(batch);
        using var lease = engine.Lease();
        Assert.True(lease.Set.Lsn.Value >= 3, "the batch is several records");
        Assert.Equal([12], lease.Set.Views.Select(view => view.Count).Where(count => count > 0));
    }

    /// <summary>A place in a publish.</summary>
    public enum FileOperationKindOf
    {
        SegmentSync,
        ManifestSync,
        ManifestRename,
        DirectorySync,
        ManifestReadBack,
    }

    private static Point Point(ulong id) => TemporaryDatabase.Make(new Random((int)id), id, Dimensions);

    private static bool IsLogSync(FileOperation operation) =>
        operation.Kind == FileOperationKind.Sync && operation.Name.StartsWith("wal-", StringComparison.Ordinal);

    private static bool IsSegment(FileOperation operation) =>
        operation.Name.EndsWith(".seg", StringComparison.Ordinal);

    private static bool IsManifest(FileOperation operation) =>
        operation.Name.StartsWith("MANIFEST-", StringComparison.Ordinal);

    private static void Break(FaultyFileSystem faulty, FileOperationKindOf where)
    {
        if (where == FileOperationKindOf.ManifestReadBack)
        {
            faulty.OnRead = (operation, bytes) => bytes[0] ^= (byte)(operation.Name.EndsWith('2') ? 1 : 0);
            return;
        }

        faulty.Fail(
            operation => where switch
            {
                FileOperationKindOf.SegmentSync => operation.Kind == FileOperationKind.Sync && IsSegment(operation),
                FileOperationKindOf.ManifestSync => operation.Kind == FileOperationKind.Sync && IsManifest(operation),
                FileOperationKindOf.ManifestRename =>
                    operation.Kind == FileOperationKind.Rename && IsManifest(operation),
                _ => operation.Kind == FileOperationKind.SyncDirectory,
            },
            nth: where == FileOperationKindOf.DirectorySync ? 2 : 1,
            error: FaultyFileSystem.DiskFull());
    }

    private static void Hold(FileOperation operation, ManualResetEventSlim gate)
    {
        if (operation.Kind == FileOperationKind.Create && IsSegment(operation))
        {
            gate.Wait();
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        var guard = DateTime.UtcNow.AddSeconds(60);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < guard, "waited a minute");
            await Task.Delay(1);
        }
    }
}
