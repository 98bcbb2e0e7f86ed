using Vesper.Engine;
using Vesper.Engine.Records;
using Vesper.Query.Execution;
using Vesper.Query.Filters;

namespace Vesper;

/// <summary>An open collection: write, read and search its points.</summary>
/// <remarks>
/// Thread-safe. An acknowledged write is visible to every later read; a batch is visible as a whole or not at all.
/// Every member throws <see cref="ObjectDisposedException"/> once the database is disposed, and those that take a token
/// <see cref="OperationCanceledException"/> when it is cancelled. Writes and maintenance throw <see
/// cref="ReadOnlyException"/> when the database was opened read-only, and <see cref="StorageException"/> after a
/// storage error has ended writing. In costs, n is the number of points, dim of dimensions, and m of points that match.
/// </remarks>
public sealed class Collection
{
    // Enough for every writer of a busy server to share one sync; more callers wait before they encode.
    private const int MaxWritesInFlight = 256;

    private readonly CollectionEngine _engine;
    private readonly SemaphoreSlim _writes = new(MaxWritesInFlight);

    internal Collection(CollectionEngine engine) => _engine = engine;

    /// <summary>The name.</summary>
    public string Name => _engine.Name;

    /// <summary>How it was made, with the payload indexes of now.</summary>
    public CollectionOptions Options => _engine.Options.Copy();

    /// <summary>The last write known to be on stable storage.</summary>
    public Lsn DurableLsn => _engine.Log.DurableLsn;

    /// <summary>
    /// Inserts points, replacing those that exist. Of repeated ids the last wins. All or nothing. Cost: the bytes of
    /// the batch, and one sync that concurrent writes share; graphs are built in the background.
    /// </summary>
    /// <param name="points">At most 100,000 points and 256 MiB, each with a vector for every field.</param>
    /// <param name="options">When it is acknowledged; null takes the collection's level.</param>
    /// <param name="cancellation">Honoured until the write is logged.</param>
    /// <exception cref="SchemaException">A vector of the wrong width, not finite, missing, or zero under cosine: names
    /// the point and field.</exception>
    /// <exception cref="LimitExceededException">The batch is too large.</exception>
    /// <exception cref="StorageException">It could not be stored. After anything but a full disk its outcome is unknown
    /// until the database is reopened.</exception>
    public ValueTask<WriteResult> UpsertAsync(
        IReadOnlyList<Point> points, WriteOptions? options = null, CancellationToken cancellation = default) =>
        WriteAsync(
            level =>
            {
                var batch = PointEncoder.Encode(points, _engine.Schema, out var ids);
                return new UpsertWrite(batch, ids) { Durability = level, Cancellation = cancellation };
            },
            options,
            cancellation);

    /// <summary>
    /// Replaces some vector fields of existing points and leaves the rest as it is. Unknown ids are passed over, and
    /// payloads ignored. Of repeated ids the last wins alone: fields that only an earlier one gives are not replaced.
    /// Cost: as of an upsert.
    /// </summary>
    /// <inheritdoc cref="UpsertAsync"/>
    public ValueTask<WriteResult> UpdateVectorsAsync(
        IReadOnlyList<Point> points, WriteOptions? options = null, CancellationToken cancellation = default) =>
        WriteAsync(
            level =>
            {
                var updates = PointEncoder.CheckUpdates(points, _engine.Schema);
                var selector = PointSelector.Of([.. updates.Keys]);
                return Change(selector, PointChanges.Vectors(updates), level, cancellation);
            },
            options,
            cancellation);

    /// <summary>
    /// Deletes points. Unknown ids are passed over. Cost: the ids, or one evaluation of the filter.
    /// </summary>
    /// <inheritdoc cref="SetPayloadAsync"/>
    public ValueTask<WriteResult> DeleteAsync(
        PointSelector selector, WriteOptions? options = null, CancellationToken cancellation = default) =>
        ChangeAsync(selector, PointChanges.Delete, options, cancellation);

    /// <summary>
    /// Sets the given top-level keys and keeps the others. Cost: the payloads of the points; vectors and graphs are not
    /// touched.
    /// </summary>
    /// <param name="selector">At most 100,000 ids, or a filter.</param>
    /// <param name="payload">The keys to set.</param>
    /// <param name="options">When it is acknowledged; null takes the collection's level.</param>
    /// <param name="cancellation">Honoured until the write is logged.</param>
    /// <exception cref="SchemaException">The filter does not fit the payload indexes.</exception>
    /// <exception cref="LimitExceededException">Too many ids, too large a batch, or a payload that would grow beyond 1
    /// MiB.</exception>
    /// <exception cref="StorageException">It could not be stored.</exception>
    public ValueTask<WriteResult> SetPayloadAsync(
        PointSelector selector, Payload payload, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return ChangeAsync(selector, PointChanges.Merge(payload), options, cancellation);
    }

    /// <summary>Replaces the whole payload.</summary>
    /// <inheritdoc cref="SetPayloadAsync"/>
    public ValueTask<WriteResult> OverwritePayloadAsync(
        PointSelector selector, Payload payload, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return ChangeAsync(selector, PointChanges.Overwrite(payload), options, cancellation);
    }

    /// <summary>Removes top-level keys.</summary>
    /// <inheritdoc cref="SetPayloadAsync"/>
    public ValueTask<WriteResult> DeletePayloadAsync(
        PointSelector selector,
        IReadOnlyList<string> keys,
        WriteOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return ChangeAsync(selector, PointChanges.RemoveKeys(keys), options, cancellation);
    }

    /// <summary>Empties the payload.</summary>
    /// <inheritdoc cref="SetPayloadAsync"/>
    public ValueTask<WriteResult> ClearPayloadAsync(
        PointSelector selector, WriteOptions? options = null, CancellationToken cancellation = default) =>
        ChangeAsync(selector, PointChanges.Overwrite(Payload.Empty), options, cancellation);

    /// <summary>
    /// Adds a payload index and builds it over what is stored. Does nothing when it exists. Cost: reads all payloads.
    /// </summary>
    /// <exception cref="SchemaException">The path has an index of another type.</exception>
    /// <exception cref="LimitExceededException">Too many indexes, or too long a path.</exception>
    public async ValueTask CreatePayloadIndexAsync(
        string path, PayloadIndexType type, CancellationToken cancellation = default) =>
        await Task.Run(() => PayloadIndexChange.Create(_engine, path, type, cancellation), cancellation)
            .ConfigureAwait(false);

    /// <summary>Drops a payload index; false when there was none. Cost: one manifest.</summary>
    /// <exception cref="ArgumentNullException">The path is null.</exception>
    public async ValueTask<bool> DropPayloadIndexAsync(string path, CancellationToken cancellation = default) =>
        await Task.Run(() => PayloadIndexChange.Drop(_engine, path), cancellation).ConfigureAwait(false);

    /// <summary>The points of these ids that exist, in the order asked. Cost: O(log n) each, and their bytes.</summary>
    /// <exception cref="CorruptDataException">Stored data that it needs is damaged.</exception>
    /// <exception cref="LimitExceededException">More than 100,000 ids.</exception>
    public IReadOnlyList<PointRecord> Get(IReadOnlyList<PointId> ids, bool withVectors = true, bool withPayload = true)
    {
        using var lease = _engine.Lease();
        return PointReader.Get(lease.Set, ids, withVectors, withPayload);
    }

    /// <summary>The nearest points, best first; equal scores order by id.</summary>
    /// <remarks>
    /// Cost: exact, n·dim (m·dim under a filter). By graph, about EfSearch·2M·dim whatever n is, for each segment; the
    /// rows that a graph does not hold yet are compared one by one. A filter costs n/64 at least, and on paths without
    /// an index the payloads of the points in question.
    /// </remarks>
    /// <exception cref="SchemaException">A part of the request does not fit the collection: names it.</exception>
    /// <exception cref="NotFoundException">No such vector field.</exception>
    /// <exception cref="LimitExceededException">Offset and limit, or the filter, are too large.</exception>
    /// <exception cref="CorruptDataException">Stored data that the search needs is damaged.</exception>
    public IReadOnlyList<SearchHit> Search(SearchRequest request, CancellationToken cancellation = default)
    {
        using var lease = _engine.Lease();
        return SearchExecutor.Search(SearchQuery.Check(request, _engine.Schema), lease.Set, cancellation);
    }

    /// <summary>A page of points in id order. Cost: O(log n), the points passed over by a filter, and the
    /// page.</summary>
    /// <exception cref="SchemaException">The limit is below 1, or the filter does not fit.</exception>
    /// <exception cref="LimitExceededException">The limit is above 100,000.</exception>
    /// <exception cref="CorruptDataException">Stored data that it needs is damaged.</exception>
    public ScrollPage Scroll(ScrollRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckFilter(request.Filter);
        using var lease = _engine.Lease();
        return PointReader.Scroll(lease.Set, request, cancellation);
    }

    /// <summary>Live points, or those that match. Without a filter O(1); with one, its evaluation.</summary>
    /// <exception cref="CorruptDataException">Stored data that the filter needs is damaged.</exception>
    /// <exception cref="SchemaException">The filter does not fit.</exception>
    public long Count(Filter? filter = null, CancellationToken cancellation = default)
    {
        CheckFilter(filter);
        using var lease = _engine.Lease();
        return PointReader.Count(lease.Set, filter, cancellation);
    }

    /// <summary>Makes everything acknowledged durable, whatever its level was. Cost: one sync.</summary>
    /// <exception cref="StorageException">The sync failed; the collection refuses writes from here on.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellation = default) =>
        await Task.Run(_engine.Flush, cancellation).ConfigureAwait(false);

    /// <summary>
    /// Seals the active rows and publishes a manifest, so that the next open replays nothing older. Cost: writes the
    /// active rows, and their graph where there is one.
    /// </summary>
    /// <exception cref="StorageException">A file could not be written.</exception>
    public async ValueTask CheckpointAsync(CancellationToken cancellation = default) =>
        await Task.Run(() => _engine.Maintainer.Checkpoint(cancellation), cancellation).ConfigureAwait(false);

    /// <summary>
    /// Waits until sealing, merging and graph building have nothing left to do, and helps with it. Cost: about
    /// EfConstruction·2M·dim for each row that is not in a graph yet.
    /// </summary>
    /// <exception cref="StorageException">A file could not be written.</exception>
    public async ValueTask WaitForIndexingAsync(
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) =>
        await Task.Run(() => _engine.Maintainer.Settle(progress, cancellation), cancellation).ConfigureAwait(false);

    /// <summary>
    /// Merges to as few segments as may be, drops deleted rows, and indexes everything now. Cost: rewrites all data,
    /// with as much disk space free; graphs are extended where they can be.
    /// </summary>
    /// <exception cref="StorageException">A file could not be written.</exception>
    /// <exception cref="CorruptDataException">Stored data is damaged.</exception>
    public async ValueTask CompactAsync(
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) =>
        await Task.Run(() => _engine.Maintainer.Compact(progress, cancellation), cancellation).ConfigureAwait(false);

    /// <summary>State and sizes. Cost: one listing of the directory.</summary>
    public CollectionInfo GetInfo() => CollectionStatus.Of(_engine);

    private static ChangeWrite Change(
        PointSelector selector, PointChange change, Durability level, CancellationToken cancellation) =>
        new(selector, change) { Durability = level, Cancellation = cancellation };

    private ValueTask<WriteResult> ChangeAsync(
        PointSelector selector, PointChange change, WriteOptions? options, CancellationToken cancellation) =>
        WriteAsync(
            level =>
            {
                ArgumentNullException.ThrowIfNull(selector);
                LimitExceededException.ThrowIfAbove("ids", selector.Ids?.Count ?? 0, Limits.BatchPoints, "ids");
                CheckFilter(selector.Filter);
                return Change(selector, change, level, cancellation);
            },
            options,
            cancellation);

    private async ValueTask<WriteResult> WriteAsync(
        Func<Durability, WriteRequest> make, WriteOptions? options, CancellationToken cancellation)
    {
        await _writes.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _engine.WriteAsync(make(options?.Durability ?? _engine.Options.Durability))
                .ConfigureAwait(false);
        }
        finally
        {
            _writes.Release();
        }
    }

    private void CheckFilter(Filter? filter)
    {
        if (filter is not null)
        {
            FilterEvaluator.Check(filter, _engine.Options.PayloadIndexes);
        }
    }
}
