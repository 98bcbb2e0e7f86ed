namespace Vesper;

/// <summary>An open collection: write, read and search its points.</summary>
/// <remarks>Thread-safe. An acknowledged write is visible to every later read; a batch is visible as a whole or not at all.</remarks>
public sealed class Collection
{
    /// <summary>The name.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>How it was made, with the payload indexes of now.</summary>
    public CollectionOptions Options => throw new NotImplementedException();

    /// <summary>The last write known to be on stable storage.</summary>
    public Lsn DurableLsn => throw new NotImplementedException();

    /// <summary>Inserts points, replacing those that exist. Of repeated ids the last wins.</summary>
    public ValueTask<WriteResult> UpsertAsync(IReadOnlyList<Point> points, WriteOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Replaces some vector fields of existing points and leaves the rest as it is. Unknown ids are passed over. Payloads given are ignored.</summary>
    public ValueTask<WriteResult> UpdateVectorsAsync(IReadOnlyList<Point> points, WriteOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Deletes points.</summary>
    public ValueTask<WriteResult> DeleteAsync(PointSelector selector, WriteOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Sets the given top-level keys and keeps the others.</summary>
    public ValueTask<WriteResult> SetPayloadAsync(PointSelector selector, Payload payload, WriteOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Replaces the whole payload.</summary>
    public ValueTask<WriteResult> OverwritePayloadAsync(PointSelector selector, Payload payload, WriteOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Removes top-level keys.</summary>
    public ValueTask<WriteResult> DeletePayloadAsync(PointSelector selector, IReadOnlyList<string> keys, WriteOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Empties the payload.</summary>
    public ValueTask<WriteResult> ClearPayloadAsync(PointSelector selector, WriteOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    /// <summary>Adds a payload index and builds it over what is stored.</summary>
    public ValueTask CreatePayloadIndexAsync(string path, PayloadIndexType type, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Drops a payload index; false when there was none.</summary>
    public ValueTask<bool> DropPayloadIndexAsync(string path, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>The points of these ids that exist, in the order asked.</summary>
    public IReadOnlyList<PointRecord> Get(IReadOnlyList<PointId> ids, bool withVectors = true, bool withPayload = true) => throw new NotImplementedException();

    /// <summary>The nearest points, best first; equal scores order by id.</summary>
    public IReadOnlyList<SearchHit> Search(SearchRequest request, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>A page of points in id order.</summary>
    public ScrollPage Scroll(ScrollRequest request, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Live points, or those that match.</summary>
    public long Count(Filter? filter = null, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Makes everything acknowledged durable, whatever its level was.</summary>
    public ValueTask FlushAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Seals the active rows and publishes a manifest, so that the next open replays nothing older.</summary>
    public ValueTask CheckpointAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Waits until sealing, merging and graph building have nothing left to do.</summary>
    public ValueTask WaitForIndexingAsync(IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Merges to as few segments as may be, drops deleted rows, and indexes everything now.</summary>
    public ValueTask CompactAsync(IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>State and sizes.</summary>
    public CollectionInfo GetInfo() => throw new NotImplementedException();
}
