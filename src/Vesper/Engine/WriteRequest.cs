using Vesper.Engine.Records;
using Vesper.Query.Execution;
using Vesper.Segments;

namespace Vesper.Engine;

/// <summary>
/// One write on its way: prepared on the writer thread against the newest state, logged, applied, acknowledged.
/// </summary>
internal abstract class WriteRequest
{
    private readonly TaskCompletionSource<WriteResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required Durability Durability { get; init; }

    public CancellationToken Cancellation { get; init; }

    public Task<WriteResult> Completion => _done.Task;

    /// <summary>
    /// The ids it touches, or null when only the state can tell: then nothing may be pending before it.
    /// </summary>
    public abstract IReadOnlyCollection<PointId>? Ids { get; }

    /// <summary>Whether what it logs depends on the state of its ids.</summary>
    public virtual bool ReadsState => true;

    /// <summary>What to log, given the newest version; the affected points are counted in.</summary>
    public abstract RecordBatch Prepare(SegmentSet newest, out long affected);

    public void Acknowledge(Lsn lsn, long affected) => _done.TrySetResult(new WriteResult(lsn, affected));

    public void Fail(Exception error)
    {
        if (error is OperationCanceledException canceled)
        {
            _done.TrySetCanceled(canceled.CancellationToken);
        }
        else
        {
            _done.TrySetException(error);
        }
    }
}

/// <summary>Whole points, encoded by the caller's thread.</summary>
internal sealed class UpsertWrite(RecordBatch batch, IReadOnlyCollection<PointId> ids) : WriteRequest
{
    public override IReadOnlyCollection<PointId> Ids => ids;

    public override bool ReadsState => false;

    public override RecordBatch Prepare(SegmentSet newest, out long affected)
    {
        affected = ids.Count;
        return batch;
    }
}

/// <summary>A write about points that exist: what it does to each is decided by the newest version.</summary>
internal sealed class ChangeWrite(PointSelector selector, PointChange change) : WriteRequest
{
    public override IReadOnlyCollection<PointId>? Ids => selector.Ids;

    public override RecordBatch Prepare(SegmentSet newest, out long affected)
    {
        var batch = new RecordBatch();
        var seen = new HashSet<PointId>();
        affected = 0;
        foreach (var id in selector.Ids ?? PointReader.Matching(newest, selector.Filter!, Cancellation))
        {
            if (seen.Add(id) && PointReader.TryFind(newest, id, out var view, out var row))
            {
                change(batch, id, view, row);
                affected++;
            }
        }

        return batch;
    }
}

/// <summary>Adds to a batch what is to become of one live point.</summary>
internal delegate void PointChange(RecordBatch batch, PointId id, SegmentView view, Ordinal row);
