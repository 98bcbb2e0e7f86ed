namespace Vesper;

/// <summary>An open database: a directory of collections. One process owns it for writing.</summary>
/// <remarks>Thread-safe. Dispose it to close in good order: pending writes are synced, and the next open replays nothing.</remarks>
public sealed class VesperDatabase : IAsyncDisposable, IDisposable
{
    /// <summary>Opens a database directory, recovering what the last owner left.</summary>
    public static ValueTask<VesperDatabase> OpenAsync(string path, VesperOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Checks files without opening for writing: every checksum, reference, id map, graph link and count.</summary>
    /// <param name="path">The database directory.</param>
    /// <param name="collection">One collection, or null for all.</param>
    /// <param name="report">Called for each problem.</param>
    /// <param name="progress">Bytes checked, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    public static void Check(string path, string? collection, Action<CheckProblem> report, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>The directory.</summary>
    public string Path => throw new NotImplementedException();

    /// <summary>What opening found and did.</summary>
    public OpenReport OpenReport => throw new NotImplementedException();

    /// <summary>Native bytes held by the database.</summary>
    public long MemoryBytes => throw new NotImplementedException();

    /// <summary>Creates a collection; durable on return.</summary>
    public ValueTask<Collection> CreateCollectionAsync(string name, CollectionOptions options, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>An open collection.</summary>
    /// <exception cref="NotFoundException">There is none of that name.</exception>
    public Collection GetCollection(string name) => throw new NotImplementedException();

    /// <summary>Names in order.</summary>
    public IReadOnlyList<string> ListCollections() => throw new NotImplementedException();

    /// <summary>Deletes a collection and its files; durable on return.</summary>
    public ValueTask DropCollectionAsync(string name, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
