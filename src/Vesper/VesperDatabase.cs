using System.Collections.Concurrent;
using Vesper.Engine;
using Vesper.Storage.Files;

namespace Vesper;

/// <summary>An open database: a directory of collections. One process owns it for writing.</summary>
/// <remarks>
/// Thread-safe. Dispose it to close in good order: pending writes are synced, and the next open replays nothing.
/// Members throw <see cref="ObjectDisposedException"/> after that; those that change something throw <see
/// cref="ReadOnlyException"/> when it was opened read-only.
/// </remarks>
public sealed class VesperDatabase : IAsyncDisposable, IDisposable
{
    private readonly DatabaseEngine _engine;
    private readonly ConcurrentDictionary<CollectionEngine, Collection> _collections = new();

    private VesperDatabase(DatabaseEngine engine) => _engine = engine;

    /// <summary>
    /// Opens a database directory, recovering what the last owner left. Cost: the log since the last checkpoint, and
    /// the number of segments.
    /// </summary>
    /// <param name="path">The directory; made when missing, unless the options say otherwise.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="cancellation">Checked before opening.</param>
    /// <exception cref="DatabaseLockedException">Another owner has it.</exception>
    /// <exception cref="NotFoundException">There is no database, and none may be made.</exception>
    /// <exception cref="CorruptDataException">The catalog is damaged. Damage to one collection shows in <see
    /// cref="OpenReport"/> instead.</exception>
    public static async ValueTask<VesperDatabase> OpenAsync(
        string path, VesperOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var engine = await Task.Run(
            () => DatabaseEngine.Open(FileSystems.Current, path, options ?? new VesperOptions()),
            cancellation).ConfigureAwait(false);
        return new VesperDatabase(engine);
    }

    /// <summary>
    /// Checks files without opening for writing: every checksum, reference, id map, graph link and count. Cost: reads
    /// all files once.
    /// </summary>
    /// <param name="path">The database directory.</param>
    /// <param name="collection">One collection, or null for all.</param>
    /// <param name="report">Called for each problem.</param>
    /// <param name="progress">Files checked, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DatabaseLockedException">A process has it open for writing.</exception>
    /// <exception cref="NotFoundException">No such database or collection.</exception>
    public static void Check(
        string path,
        string? collection,
        Action<CheckProblem> report,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(report);
        new IntegrityCheck(FileSystems.Current, path, report) { Progress = progress }.Run(collection, cancellation);
    }

    /// <summary>The directory.</summary>
    public string Path => _engine.Path;

    /// <summary>What opening found and did.</summary>
    public OpenReport OpenReport => _engine.Report;

    /// <summary>Native bytes held by the database; 0 once it is disposed.</summary>
    public long MemoryBytes => _engine.Scope.Bytes;

    /// <summary>Creates a collection; durable on return. Cost: a few small files and their syncs.</summary>
    /// <exception cref="AlreadyExistsException">The name is taken.</exception>
    /// <exception cref="SchemaException">An option is out of its range.</exception>
    /// <exception cref="LimitExceededException">Too many dimensions, fields or indexes.</exception>
    public async ValueTask<Collection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellation = default) =>
        Wrap(await Task.Run(() => _engine.Create(name, options), cancellation).ConfigureAwait(false));

    /// <summary>An open collection.</summary>
    /// <exception cref="NotFoundException">There is none of that name.</exception>
    /// <exception cref="VesperException">It could not be opened: the error that opening it gave.</exception>
    public Collection GetCollection(string name) => Wrap(_engine.Get(name));

    /// <summary>Names in order.</summary>
    public IReadOnlyList<string> ListCollections() => _engine.List();

    /// <summary>
    /// Deletes a collection and its files; durable on return. Readers that are at work finish on what they hold.
    /// </summary>
    /// <exception cref="NotFoundException">There is none of that name.</exception>
    public async ValueTask DropCollectionAsync(string name, CancellationToken cancellation = default) =>
        await Task.Run(() => _engine.Drop(name), cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.Run(Dispose).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private Collection Wrap(CollectionEngine engine) => _collections.GetOrAdd(engine, made => new Collection(made));
}
