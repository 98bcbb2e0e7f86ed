using System.Diagnostics;
using Vesper.Segments;

namespace Vesper.Engine;

/// <summary>
/// The background work of a collection: sealing frozen segments, merging sealed ones, feeding graphs, checkpoints. Each
/// job can also be run to its end by a caller; gates keep the same job from running twice at once.
/// </summary>
/// <remarks>
/// A failed job makes the collection degraded and is tried again, first after a second, at most a minute later.
/// </remarks>
internal sealed class Maintainer
{
    private const int RestingAfterMs = 1_000;
    private const long CheckpointLogBytes = 256L << 20;

    // Each opening starts a segment, and only a publish lets one go.
    private const int MaxRestingLogSegments = 16;

    private readonly CollectionEngine _engine;
    private readonly GraphFeeder _feeder;
    private readonly SegmentRewriter _rewriter;
    private readonly SemaphoreSlim _callerGate = new(1);
    private readonly SemaphoreSlim _sealGate = new(1);
    private readonly SemaphoreSlim _mergeGate = new(1);
    private readonly Lock _publishGate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lane[] _lanes;
    private long _publishedBytes;
    private volatile bool _trimIsDue;

    public Maintainer(CollectionEngine engine)
    {
        _engine = engine;
        _feeder = new GraphFeeder(engine.Ledger, engine.Threads);
        _trimIsDue = engine.Log.Segments > MaxRestingLogSegments;
        _rewriter = new SegmentRewriter(engine);
        _lanes =
        [
            new Lane("sealing", () => SealAll(_stop.Token), engine.Health, _stop.Token),
            new Lane("merging", MergeWhenDue, engine.Health, _stop.Token) { IdleMs = RestingAfterMs },
            new Lane("indexing", FeedAll, engine.Health, _stop.Token),
        ];
        Signal();
    }

    /// <summary>Says that something changed.</summary>
    public void Signal()
    {
        foreach (var lane in _lanes)
        {
            lane.Signal();
        }
    }

    /// <summary>Seals the active rows and publishes.</summary>
    public void Checkpoint(CancellationToken cancellation) =>
        RunForCaller(stop => _engine.Reserve.Run(() => SealActive(stop)), cancellation);

    /// <summary>Seals, indexes and merges until nothing is left to do.</summary>
    public void Settle(IProgress<WorkProgress>? progress, CancellationToken cancellation) => RunForCaller(
        stop =>
        {
            do
            {
                SealAll(stop);
                while (_feeder.FeedChunk(progress, stop))
                {
                }
            }
            while (MergeOnce(resting: true, progress, stop));
            if (_engine.Store.FirstLogSegmentToKeep < _engine.Store.Manifest.FirstLogSegment)
            {
                // What the state before needed goes once the state after has been published twice.
                Publish();
            }
        },
        cancellation);

    /// <summary>Rewrites everything into as few segments as may be, without dead rows, indexed.</summary>
    public void Compact(IProgress<WorkProgress>? progress, CancellationToken cancellation) => RunForCaller(
        stop =>
        {
            SealActive(stop);
            using (Enter(_mergeGate, stop))
            {
                if (_rewriter.RewriteAll(progress, stop))
                {
                    Publish();
                }
            }

            // Likewise, so that compacting gives the space back.
            Publish();
        },
        cancellation);

    /// <summary>Publishes changed options.</summary>
    public void PublishOptions(CancellationToken cancellation) => RunForCaller(_ => Publish(), cancellation);

    /// <summary>Cancels all work, waits for it to end, and lets none begin.</summary>
    public void Stop()
    {
        _stop.Cancel();
        Task.WaitAll([.. _lanes.Select(lane => lane.Ended)]);
        _callerGate.Wait();
    }

    /// <summary>The checkpoint of a clean close: everything stands still, the caller is the writer now.</summary>
    public void Close()
    {
        _engine.FreezeActive();
        while (_rewriter.SealOldest(_feeder, CancellationToken.None))
        {
        }

        if (!_engine.Store.IsPublished(_engine.Ledger.Current) || _engine.Log.Segments > MaxRestingLogSegments)
        {
            PublishSynced(_engine.Ledger.Current);
            TrimLog();
        }
    }

    private void TrimLog()
    {
        try
        {
            _engine.Log.Trim(_engine.Store.FirstLogSegmentToKeep);
        }
        catch (StorageException error) when (!error.IsFinal)
        {
            // It costs space only; the next publish tries again.
        }
    }

    /// <summary>One caller at a time; closing cancels it and waits.</summary>
    private void RunForCaller(Action<CancellationToken> job, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        try
        {
            using (Enter(_callerGate, either.Token))
            {
                _engine.Health.RequireWritable();
                job(either.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ObjectDisposedException(_engine.Name, "The database was closed.");
        }
    }

    private void SealActive(CancellationToken cancellation)
    {
        _engine.RunOnWriter(_engine.FreezeActive);
        SealAll(cancellation);
        Publish();
    }

    /// <summary>Publishes the sealed state and trims the log.</summary>
    private void Publish()
    {
        PublishState();
        _engine.RunOnWriter(() => _engine.Log.Trim(_engine.Store.FirstLogSegmentToKeep));
    }

    private void PublishState()
    {
        lock (_publishGate)
        {
            try
            {
                var logged = _engine.LoggedBytes;
                using (var lease = _engine.Ledger.Lease())
                {
                    PublishSynced(lease.Set);
                }

                Interlocked.Exchange(ref _publishedBytes, logged);
            }
            catch (VesperException error) when (error.Code != VesperErrorCode.DiskFull)
            {
                _engine.Health.Fail(error.Message);
                throw;
            }
        }
    }

    /// <summary>
    /// Data files show writes that the log must not lose any more: it is synced first, at every durability level.
    /// </summary>
    private void PublishSynced(SegmentSet set)
    {
        _engine.Log.Sync();
        Debug.Assert(_engine.Log.DurableLsn >= set.Lsn, "a manifest never runs ahead of the log");
        _engine.Store.Publish(set, _engine.Options);
    }

    private void SealAll(CancellationToken cancellation)
    {
        using (Enter(_sealGate, cancellation))
        {
            var unpublished = _engine.LoggedBytes - Interlocked.Read(ref _publishedBytes);
            if ((unpublished > CheckpointLogBytes || _trimIsDue) && _engine.Ledger.FrozenCount == 0)
            {
                _engine.RunOnWriter(_engine.FreezeActive);
                SealFrozen(cancellation);
                Publish();
                _trimIsDue = false;
            }

            SealFrozen(cancellation);
        }
    }

    private void SealFrozen(CancellationToken cancellation)
    {
        while (_rewriter.SealOldest(_feeder, cancellation))
        {
            Publish();
        }
    }

    private void MergeWhenDue()
    {
        _engine.Reserve.Restore();
        while (MergeOnce(Environment.TickCount64 - _engine.LastWriteMs > RestingAfterMs, null, _stop.Token))
        {
        }
    }

    private bool MergeOnce(bool resting, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using (Enter(_mergeGate, cancellation))
        {
            if (!_rewriter.MergeOnce(resting, progress, cancellation))
            {
                return false;
            }

            Publish();
            return true;
        }
    }

    private void FeedAll()
    {
        while (_feeder.FeedChunk(null, _stop.Token))
        {
            _stop.Token.ThrowIfCancellationRequested();
        }
    }

    private static Gate Enter(SemaphoreSlim gate, CancellationToken cancellation)
    {
        gate.Wait(cancellation);
        return new Gate(gate);
    }

    private readonly struct Gate(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
