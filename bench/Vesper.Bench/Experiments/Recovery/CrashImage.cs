using Vesper.Bench.Experiments.Writing;

namespace Vesper.Bench.Experiments.Recovery;

/// <summary>A database directory as a killed owner leaves it: nothing sealed, everything in the log.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Points">Points in the log.</param>
internal sealed record CrashImage(string Path, long Points)
{
    /// <summary>The collection's name.</summary>
    public const string CollectionName = "points";

    private const int WritesInFlight = 64;

    /// <summary>Options under which no row is sealed before its time, and no graph takes part.</summary>
    public static CollectionOptions UnsealedOptions(PointSource source) => new()
    {
        Vectors =
        {
            [""] = new VectorFieldOptions(source.Dimensions, source.Metric)
            {
                Index = new IndexOptions { Kind = IndexKind.Flat },
            },
        },
        Durability = Durability.None,
        Segments = new SegmentOptions { MaxRows = 1 << 24, MaxBytes = 4L << 30 },
    };

    /// <summary>Writes the points, makes them durable, and copies the files while the owner has them open.</summary>
    /// <param name="path">A directory that does not exist.</param>
    /// <param name="source">Where the points come from.</param>
    /// <param name="options">Of the collection.</param>
    /// <param name="writes">How many writes of how many points.</param>
    public static async Task<CrashImage> WriteAsync(
        string path,
        PointSource source,
        CollectionOptions options,
        (long Count, int Points) writes,
        CancellationToken cancellation)
    {
        var owner = path + ".owner";
        var database = await VesperDatabase.OpenAsync(owner, null, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var collection = await database.CreateCollectionAsync(CollectionName, options, cancellation)
                .ConfigureAwait(false);
            source.Restart();
            await WriteAllAsync(collection, source, writes, cancellation).ConfigureAwait(false);
            await collection.FlushAsync(cancellation).ConfigureAwait(false);
            DatabaseFiles.CopyAtRest(owner, path);
        }

        Directory.Delete(owner, recursive: true);
        return new CrashImage(path, writes.Count * writes.Points);
    }

    private static Task WriteAllAsync(
        Collection collection, PointSource source, (long Count, int Points) writes, CancellationToken cancellation)
    {
        var taken = 0L;
        return Task.WhenAll(Enumerable.Range(0, WritesInFlight).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref taken) <= writes.Count)
                {
                    await collection.UpsertAsync(source.Take(writes.Points), null, cancellation).ConfigureAwait(false);
                }
            },
            cancellation)));
    }
}
