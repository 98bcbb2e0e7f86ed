using Vesper.Cli.Files;
using Vesper.Cli.Importing;
using Vesper.Hosts.Tests.Cli.Files;
using Vesper.Hosts.Tests.Cli.Verbs;

namespace Vesper.Hosts.Tests.Cli.Importing;

/// <summary>What a run says that does not reach the end of its input.</summary>
[Collection(ToolInsideTheTestProcess.Name)]
public sealed class ImportRunTests : IDisposable
{
    private const int Batch = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatWasWrittenWithoutSyncIsSyncedBeforeItIsCalledStored()
    {
        await using var database = await VesperDatabase.OpenAsync(_folder.PathOf("data"));
        var collection = await CreateAsync(database);
        using var stop = new CancellationTokenSource();
        using var endless = new CountingReader(row =>
        {
            if (row > 100 * Batch && collection.Count() > 0)
            {
                stop.Cancel();
            }
        });
        var acknowledged = new List<long>();
        var run = MakeRun(collection, Durability.None, 0, acknowledged);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => run.RunAsync(endless, 0, new Progress<WorkProgress>(), stop.Token));
        var stored = collection.Count();
        Assert.InRange(stored, Batch, long.MaxValue);
        Assert.Equal($"the first {stored} points are stored: go on with --skip {stored}", run.Outcome);
        Assert.Equal([stored], acknowledged);
    }

    [Fact]
    public async Task AnInputThatBreaksOffLeavesWhatWasWritten()
    {
        await using var database = await VesperDatabase.OpenAsync(_folder.PathOf("data"));
        var collection = await CreateAsync(database);
        using var breaking = new CountingReader(
            row => _ = row < 5 * Batch ? 0 : throw new IOException("the disk is gone"));
        var run = MakeRun(collection, Durability.Sync, 2 * Batch, []);
        Assert.Equal("the first 20 points are stored: go on with --skip 20", run.Outcome);
        await Assert.ThrowsAsync<IOException>(
            () => run.RunAsync(breaking, 0, new Progress<WorkProgress>(), CancellationToken.None));
        Assert.Equal($"the first {collection.Count() + 20} points are stored: go on with --skip "
            + $"{collection.Count() + 20}", run.Outcome);
        Assert.Equal(
            "no point is known to be stored: go on with --skip 0",
            MakeRun(collection, Durability.Sync, 0, []).Outcome);
    }

    private static ValueTask<Collection> CreateAsync(VesperDatabase database) => database.CreateCollectionAsync(
        "docs", new CollectionOptions { Vectors = { [""] = new VectorFieldOptions(1, Metric.L2) } });

    private static ImportRun MakeRun(
        Collection collection, Durability level, long skip, List<long> acknowledged) => new(
        ImportTarget.Of(collection, new PointInput("points.jsonl", null, null, "")),
        new ImportOptions(Batch, level, skip),
        acknowledged.Add);

    /// <summary>Points without end; each row is announced before it is read.</summary>
    private sealed class CountingReader(Action<long> reading) : IPointReader
    {
        public long? Total => null;

        public long Position { get; private set; }

        public void Skip(long rows) => Position += rows;

        public int Read(List<Point> into, int most)
        {
            reading(Position);
            into.AddRange(Enumerable.Range(0, most).Select(
                row => new Point((ulong)(Position + row), new float[] { row })));
            Position += most;
            return most;
        }

        public string PlaceOf(int index) => $"row {index}";

        public void Dispose()
        {
        }
    }
}
