using System.Diagnostics;
using Vesper.Storage.Files;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Engine;

/// <summary>
/// A disk that others have filled to the last byte: reads go on, and so do, with the reserve, openings, deletes and a
/// checkpoint; when there is space again writes resume by themselves.
/// </summary>
public sealed class FullDiskTests
{
    private const int Dimensions = 4;
    private const long Reserve = 1 << 20;

    private static readonly VesperOptions Small = new()
    {
        DiskHeadroomBytes = 0,
        DiskReserveBytes = Reserve,
        LogSegmentBytes = 64 << 10,
        BackgroundThreads = 1,
    };

    [Fact]
    public async Task A_full_disk_lets_deletes_a_checkpoint_and_openings_through()
    {
        using var directory = new TemporaryDatabase();
        var disk = new CappedFileSystem(FileSystems.Current, 4 << 20);
        await RunAsync(directory.Path, disk, disk.Fill, disk.Empty);
    }

    [Fact]
    public async Task A_full_tmpfs_lets_deletes_a_checkpoint_and_openings_through()
    {
        using var directory = new TemporaryDatabase();
        Directory.CreateDirectory(directory.Path);
        Assert.SkipUnless(
            await MountAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory.Path),
            "mounting a tmpfs is not allowed here");
        try
        {
            var filler = Path.Combine(directory.Path, "filler");
            await RunAsync(
                Path.Combine(directory.Path, "db"),
                FileSystems.Current,
                () => Fill(filler),
                () => File.Delete(filler));
        }
        finally
        {
            Assert.True(await MountAsync("umount", directory.Path));
        }
    }

    [Fact]
    public async Task Without_a_reserve_a_full_disk_opens_for_reading_only_and_says_why()
    {
        using var directory = new TemporaryDatabase();
        var disk = new CappedFileSystem(FileSystems.Current, 4 << 20);
        var none = Small with { DiskReserveBytes = 0 };
        using (var database = directory.Open(disk, none))
        {
            var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
            await collection.UpsertAsync([.. Points(0, 10)]);
            Assert.Empty(database.Report.Notes);
        }

        disk.Fill();
        var error = Assert.Throws<StorageException>(() => directory.Open(disk, none));
        Assert.Equal(VesperErrorCode.DiskFull, error.Code);
        using var reading = directory.Open(disk, none with { ReadOnly = true });
        Assert.Equal(10, new Collection(reading.Get("docs")).Count());
    }

    [Fact]
    public async Task A_delete_gets_through_beside_an_upsert_that_does_not()
    {
        using var directory = new TemporaryDatabase();
        var faulty = new FaultyFileSystem(FileSystems.Current);
        using var gate = new ManualResetEventSlim();
        var held = new RecordingFileSystem(faulty);
        using var database = directory.Open(held, Small);
        var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
        await collection.UpsertAsync([.. Points(0, 10)]);
        held.OnBefore = operation =>
        {
            if (operation.Kind == FileOperationKind.Sync)
            {
                gate.Wait();
            }
        };
        var first = collection.UpsertAsync([.. Points(10, 1)]).AsTask();
        var refused = collection.UpsertAsync([.. Points(11, 1)]).AsTask();
        var passes = collection.DeleteAsync(new PointId(0)).AsTask();
        faulty.Fail(
            operation => operation.Kind == FileOperationKind.Write && operation.Length > 128
                && operation.Name.StartsWith("wal-", StringComparison.Ordinal),
            sticky: true,
            error: FaultyFileSystem.DiskFull());
        held.OnBefore = null;
        gate.Set();
        await Record.ExceptionAsync(() => first);
        await Assert.ThrowsAsync<StorageException>(() => refused);
        Assert.Equal(1, (await passes).Affected);
        Assert.Empty(collection.Get([0, 11]));
        faulty.Heal();
    }

    private static async Task RunAsync(string path, IFileSystem files, Action fill, Action empty)
    {
        using (var database = Vesper.Engine.DatabaseEngine.Open(files, path, Small))
        {
            var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(Dimensions)));
            await collection.UpsertAsync([.. Points(0, 1000)]);
            Assert.Empty(database.Report.Notes);
            fill();
            await RefusedAsync(collection);
            await collection.DeleteAsync(Enumerable.Range(0, 500).Select(n => new PointId((ulong)n)).ToArray());
            await collection.CheckpointAsync();
            await RefusedAsync(collection);
            Assert.Equal(500, collection.Count());
            Assert.Equal(10, collection.Search(new() { Vector = new float[Dimensions] }).Count);
            fill();
        }

        for (var round = 0; round < 2; round++)
        {
            using var database = Vesper.Engine.DatabaseEngine.Open(files, path, Small);
            Assert.Contains("reserve", Assert.Single(database.Report.Notes), StringComparison.Ordinal);
            var collection = new Collection(database.Get("docs"));
            Assert.Equal(500 - round, collection.Count());
            await collection.DeleteAsync(new PointId((ulong)(999 - round)));
            fill();
        }

        using (var reading = Vesper.Engine.DatabaseEngine.Open(files, path, Small with { ReadOnly = true }))
        {
            Assert.Equal(498, new Collection(reading.Get("docs")).Count());
        }

        using (var database = Vesper.Engine.DatabaseEngine.Open(files, path, Small))
        {
            var collection = new Collection(database.Get("docs"));
            await RefusedAsync(collection);
            Assert.Equal(CollectionState.Degraded, collection.GetInfo().State);
            empty();
            await collection.UpsertAsync([.. Points(0, 10)]);
            Assert.Equal(CollectionState.Healthy, collection.GetInfo().State);
            await WaitForReserveAsync(path);
        }

        var problems = new List<CheckProblem>();
        VesperDatabase.Check(path, null, problems.Add);
        Assert.Empty(problems);
    }

    private static async Task RefusedAsync(Collection collection)
    {
        // Large enough not to fit into what a part of the reserve has left over.
        var text = new System.Text.Json.Nodes.JsonObject { ["text"] = new string('x', 1_000_000) };
        var points = Enumerable.Range(0, 2).Select(n => new Point((ulong)n, new float[Dimensions], text)).ToArray();
        var error = await Assert.ThrowsAsync<StorageException>(async () => await collection.UpsertAsync(points));
        Assert.Equal(VesperErrorCode.DiskFull, error.Code);
    }

    private static async Task WaitForReserveAsync(string path)
    {
        var guard = DateTime.UtcNow.AddSeconds(60);
        while (Directory.GetFiles(path, "RESERVE-*").Sum(file => new FileInfo(file).Length) < Reserve)
        {
            Assert.True(DateTime.UtcNow < guard, "the reserve is not made again");
            await Task.Delay(10);
        }
    }

    private static IEnumerable<Point> Points(int from, int count) => Enumerable.Range(from, count)
        .Select(n => TemporaryDatabase.Make(new Random(n), (ulong)n, Dimensions));

    private static void Fill(string filler)
    {
        using var handle = File.OpenHandle(filler, FileMode.OpenOrCreate, FileAccess.Write);
        var block = new byte[4096];
        try
        {
            for (var at = RandomAccess.GetLength(handle); ; at += block.Length)
            {
                RandomAccess.Write(handle, block, at);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<bool> MountAsync(string command, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
