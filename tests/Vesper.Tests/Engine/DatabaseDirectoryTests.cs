using Vesper.Engine;
using Vesper.Storage.Files;
using Vesper.Tests.Storage.Files;
using Vesper.Tests.Storage.Wal;

namespace Vesper.Tests.Engine;

/// <summary>
/// Making, dropping, owning and tidying: what the directory and the catalog say after each way it can go wrong.
/// </summary>
public sealed class DatabaseDirectoryTests
{
    private const int Dimensions = 4;

    [Fact]
    public void A_collection_whose_creation_fails_after_the_catalog_is_seen_and_can_be_dropped()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using (var database = directory.Open(faulty))
        {
            faulty.Fail(IsLogSync);
            Assert.Throws<StorageException>(() => database.Create("kept", TemporaryDatabase.Options(Dimensions)));
            faulty.Fail(IsLogSync);
            Assert.Throws<StorageException>(() => database.Create("dropped", TemporaryDatabase.Options(Dimensions)));
            Assert.Equal(["dropped", "kept"], database.List());
            Assert.Throws<StorageException>(() => database.Get("kept"));
            Assert.Throws<AlreadyExistsException>(
                () => database.Create("kept", TemporaryDatabase.Options(Dimensions)));
            database.Drop("dropped");
            Assert.Equal(["kept"], database.List());
            database.Create("dropped", TemporaryDatabase.Options(Dimensions));
        }

        using var again = directory.Open(FileSystems.Current);
        Assert.Equal(0, new Collection(again.Get("kept")).Count());
        Assert.Equal(0, new Collection(again.Get("dropped")).Count());
    }

    [Fact]
    public void Every_level_of_a_new_directory_is_synced_before_the_first_catalog()
    {
        using var directory = new TemporaryDatabase();
        var recording = new RecordingFileSystem(FileSystems.Current);
        var path = Path.Combine(directory.Path, "a", "b");
        using (DatabaseEngine.Open(recording, path, new VesperOptions()))
        {
        }

        var above = Path.GetDirectoryName(directory.Path)!;
        AssertSynced(recording, above, directory.Path, Path.Combine(directory.Path, "a"));

        // A process that was killed after it had made the directory leaves it to the next one.
        recording.Clear();
        Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        using (DatabaseEngine.Open(recording, path, new VesperOptions()))
        {
        }

        AssertSynced(recording, directory.Path, Path.Combine(directory.Path, "a"));
    }

    [Fact]
    public void Who_has_lost_the_directory_to_another_owner_changes_nothing()
    {
        using var directory = new TemporaryDatabase();
        var database = directory.Open(FileSystems.Current);
        database.Create("docs", TemporaryDatabase.Options(Dimensions));
        var other = new Catalog(FileSystems.Current, directory.Path);
        Assert.True(other.TryRead(acceptOlder: false));
        other.TakeOver();
        Assert.Throws<StorageException>(() => database.Drop("docs"));
        Assert.Throws<StorageException>(() => database.Create("more", TemporaryDatabase.Options(Dimensions)));
        Assert.True(other.TryRead(acceptOlder: false));
        Assert.Equal(["docs"], other.Body.Collections.Select(collection => collection.Name));
        Record.Exception(database.Dispose);
    }

    [Fact]
    public async Task Looking_at_the_owner_while_the_catalog_is_published_is_no_damage()
    {
        using var directory = new TemporaryDatabase();
        using var database = directory.Open(FileSystems.Current);
        var looking = Task.Run(() =>
        {
            for (var look = 0; look < 300; look++)
            {
                database.Catalog.VerifyOwner();
            }
        });
        while (!looking.IsCompleted)
        {
            database.Catalog.Publish(database.Catalog.Body);
        }

        await looking;
    }

    [Fact]
    public async Task A_file_that_cannot_be_deleted_stops_neither_the_drop_nor_the_next_open()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using (var database = directory.Open(faulty))
        {
            var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
            await collection.UpsertAsync([TemporaryDatabase.Make(new Random(1), 1, Dimensions)]);
            faulty.Fail(
                operation => operation.Kind == FileOperationKind.Delete
                    && operation.Name.EndsWith(".log", StringComparison.Ordinal),
                sticky: true);
            database.Drop("docs");
            Assert.Empty(database.List());
        }

        Assert.NotEmpty(LogFiles(directory));
        using (var database = directory.Open(faulty))
        {
            Assert.Empty(database.List());
        }

        faulty.Heal();
        using (directory.Open(faulty))
        {
            Assert.Empty(LogFiles(directory));
        }
    }

    [Fact]
    public async Task Dropping_writes_no_checkpoint_and_spares_what_is_not_ours()
    {
        using var directory = new TemporaryDatabase();
        var recording = new RecordingFileSystem(FileSystems.Current);
        using var database = directory.Open(recording);
        var engine = database.Create("docs", TemporaryDatabase.Options(Dimensions));
        await new Collection(engine).UpsertAsync([TemporaryDatabase.Make(new Random(1), 1, Dimensions)]);
        string[] foreign = ["wal-notes.txt", "wal.cut-paste", "wal-0000000000000001", "wal.cut-1.2.3", "a.tmp"];
        string[] ours = ["wal-00000000000000ff.tmp", "wal.cut-12", "wal.cut-12.3", "wal.cut-12.tmp"];
        foreach (var name in foreign.Concat(ours))
        {
            File.WriteAllText(Path.Combine(engine.Store.Directory, name), "");
        }

        recording.Clear();
        database.Drop("docs");
        Assert.DoesNotContain(recording.Operations, operation => operation.Kind == FileOperationKind.Create
            && operation.Name.EndsWith(".seg", StringComparison.Ordinal));
        Assert.Equal(
            foreign.Order(StringComparer.Ordinal), FileSystems.Current.List(engine.Store.Directory));
    }

    [Fact]
    public async Task Cleaning_leaves_a_file_that_is_begun_while_it_looks()
    {
        using var directory = new TemporaryDatabase();
        var recording = new RecordingFileSystem(FileSystems.Current);
        using var database = directory.Open(recording);
        var engine = database.Create("docs", TemporaryDatabase.Options(Dimensions));
        await new Collection(engine).UpsertAsync([TemporaryDatabase.Make(new Random(1), 1, Dimensions)]);
        var begun = "";
        recording.OnAfter = operation =>
        {
            // The last step of a publish before it cleans: reading the manifest back.
            if (begun.Length == 0 && operation.Kind == FileOperationKind.OpenRead
                && operation.Name == "MANIFEST-0000000000000002")
            {
                begun = Path.Combine(engine.Store.Directory, engine.Store.NewSegmentName());
                File.WriteAllBytes(begun, [1]);
            }
        };
        await new Collection(engine).CheckpointAsync();
        Assert.True(File.Exists(begun));
        engine.Store.ForgetName(Path.GetFileName(begun));
        await new Collection(engine).CheckpointAsync();
        Assert.False(File.Exists(begun));
    }

    [Fact]
    public async Task The_number_of_log_files_stays_small_however_often_it_is_opened()
    {
        using var directory = new TemporaryDatabase();
        for (var round = 0; round < 60; round++)
        {
            using var database = directory.Open(FileSystems.Current);
            if (round == 0)
            {
                var made = database.Create("docs", TemporaryDatabase.Options(Dimensions));
                await new Collection(made).UpsertAsync([TemporaryDatabase.Make(new Random(1), 1, Dimensions)]);
            }

            Assert.Equal(1, new Collection(database.Get("docs")).Count());
            Assert.InRange(LogFiles(directory).Length, 1, 20);
        }

        Assert.Empty(directory.Check());
    }

    [Fact]
    public async Task Segments_that_were_merged_before_any_publish_are_not_kept_for_ever()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using var database = directory.Open(faulty);
        var engine = database.Create("docs", TemporaryDatabase.Options(Dimensions));
        var collection = new Collection(engine);
        faulty.Fail(
            operation => operation.Kind == FileOperationKind.Write
                && operation.Name.StartsWith("MANIFEST-", StringComparison.Ordinal),
            sticky: true,
            error: FaultyFileSystem.DiskFull());
        for (ulong n = 0; n < 3; n++)
        {
            await collection.UpsertAsync([TemporaryDatabase.Make(new Random(1), n, Dimensions)]);
            await Assert.ThrowsAsync<StorageException>(async () => await collection.CheckpointAsync());
        }

        await Assert.ThrowsAsync<StorageException>(async () => await collection.WaitForIndexingAsync());
        Assert.True(Directory.GetFiles(engine.Store.Directory, "*.seg").Length > 1);
        faulty.Heal();
        await collection.CheckpointAsync();
        Assert.Single(Directory.GetFiles(engine.Store.Directory, "*.seg"));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("zeroed")]
    [InlineData("gone")]
    public async Task A_log_that_is_shorter_than_the_manifest_says_is_refused(string how)
    {
        using var directory = new TemporaryDatabase();
        using var database = directory.Open(FileSystems.Current);
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
        for (ulong n = 0; n < 20; n++)
        {
            await collection.UpsertAsync([TemporaryDatabase.Make(new Random(1), n, Dimensions)]);
            if (n == 9)
            {
                await collection.CheckpointAsync();
            }
        }

        using var killed = directory.Copy();
        var log = Assert.Single(LogFiles(killed));
        var bytes = File.ReadAllBytes(log);
        var fifth = (int)LogBytes.OffsetOf(bytes, 5);
        bytes.AsSpan(fifth).Clear();
        File.WriteAllBytes(log, how == "cut" ? bytes[..fifth] : bytes);
        if (how == "gone")
        {
            File.Delete(log);
        }

        using var again = killed.Open(FileSystems.Current);
        Assert.IsType<CorruptDataException>(Assert.Single(again.Report.Collections).Failure);
    }

    [Fact]
    public async Task A_merge_does_not_take_the_space_that_writes_live_on()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using var database = directory.Open(faulty, new VesperOptions { DiskHeadroomBytes = 1 << 20 });
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
        await collection.UpsertAsync([TemporaryDatabase.Make(new Random(1), 1, Dimensions)]);
        await collection.CheckpointAsync();
        await collection.UpsertAsync([TemporaryDatabase.Make(new Random(1), 2, Dimensions)]);
        await collection.CheckpointAsync();
        faulty.Free = (1 << 20) + 100;
        var error = await Assert.ThrowsAsync<StorageException>(async () => await collection.CompactAsync());
        Assert.Equal(VesperErrorCode.DiskFull, error.Code);
        faulty.Free = null;
        await collection.CompactAsync();
        Assert.Equal(1, collection.GetInfo().Segments);
    }

    [Fact]
    public async Task A_graph_that_could_not_be_read_once_is_read_the_next_time()
    {
        using var directory = new TemporaryDatabase();
        var options = TemporaryDatabase.Options(Dimensions);
        options.Vectors[""] = options.Vectors[""] with { Index = new IndexOptions { Kind = IndexKind.Hnsw } };
        await using (var database = await directory.OpenAsync())
        {
            var collection = await database.CreateCollectionAsync("docs", options);
            await collection.UpsertAsync(
                [.. Enumerable.Range(0, 50).Select(n => TemporaryDatabase.Make(new Random(n), (ulong)n, Dimensions))]);
            await collection.CompactAsync();
        }

        var faulty = new FaultyFileSystem(FileSystems.Current);
        using var again = directory.Open(faulty, new VesperOptions { ReadOnly = true });
        var docs = new Collection(again.Get("docs"));
        faulty.Fail(operation => operation.Kind == FileOperationKind.Read
            && operation.Name.EndsWith(".seg", StringComparison.Ordinal), sticky: true);
        var query = new SearchRequest { Vector = new float[Dimensions], EfSearch = 50 };
        Assert.Throws<StorageException>(() => docs.Search(query));
        faulty.Heal();
        Assert.Equal(10, docs.Search(query).Count);
    }

    private static bool IsLogSync(FileOperation operation) =>
        operation.Kind == FileOperationKind.Sync && operation.Name.StartsWith("wal-", StringComparison.Ordinal);

    private static string[] LogFiles(TemporaryDatabase directory) =>
        Directory.GetFiles(directory.Path, "wal-*", SearchOption.AllDirectories);

    private static void AssertSynced(RecordingFileSystem recording, params string[] directories)
    {
        var first = recording.Operations.First(operation => operation.Kind == FileOperationKind.Rename).Sequence;
        Assert.All(directories, directory => Assert.Contains(
            recording.Operations,
            operation => operation.Kind == FileOperationKind.SyncDirectory && operation.Path == directory
                && operation.Sequence < first));
    }
}
