using Vesper.Segments;

namespace Vesper.Engine;

/// <summary>
/// Builds sealed segments out of frozen or sealed ones and puts them in their place. The caller holds the job's gate.
/// </summary>
internal sealed class SegmentRewriter(CollectionEngine engine)
{
    /// <summary>Seals the oldest frozen segment; false when there is none.</summary>
    public bool SealOldest(GraphFeeder feeder, CancellationToken cancellation)
    {
        using var lease = engine.Ledger.Lease();
        var frozen = lease.Set.Frozen.FirstOrDefault();
        if (frozen is null)
        {
            return false;
        }

        feeder.WaitForChunk();
        var build = new SegmentBuild
        {
            FileName = engine.Store.NewSegmentName(),
            Sources = [new SegmentSource(frozen, lease.Set.Lsn, KeepsDead(frozen))],
            Threads = engine.Threads,
        };
        Rewrite(build, cancellation);
        return true;
    }

    /// <summary>Does the next rewrite that the policy asks for; false when it asks for none.</summary>
    public bool MergeOnce(bool resting, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using var lease = engine.Ledger.Lease();
        var segments = lease.Set.Sealed.ToArray();
        var picked = MergePolicy.Pick([.. segments.Select(Shape)], resting && !lease.Set.Frozen.Any());
        if (picked.Count == 0)
        {
            return false;
        }

        var build = new SegmentBuild
        {
            FileName = engine.Store.NewSegmentName(),
            Sources = [.. picked.Select((at, order) =>
                new SegmentSource(segments[at], lease.Set.Lsn, order == 0 && KeepsDead(segments[at])))],
            // One segment alone is rewritten for its dead rows: it must not lose its index by that.
            BuildIndexes = resting || picked.Count == 1,
            Threads = engine.Threads,
            Progress = progress,
        };
        RequireDisk(build);
        Rewrite(build, cancellation);
        return true;
    }

    /// <summary>Rewrites all sealed segments into as few as may be; false when they are that already.</summary>
    public bool RewriteAll(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using var lease = engine.Ledger.Lease();
        var any = false;
        foreach (var group in Groups(lease.Set.Sealed))
        {
            if (group.Count == 1 && Shape(group[0]) is { Dead: 0, Changed: 0, Unindexed: 0, LacksIndexes: false })
            {
                continue;
            }

            var first = group.MaxBy(segment => segment.DeadCount == 0 ? segment.Count - Shape(segment).Unindexed : 0)!;
            var ordered = group.Where(segment => segment != first).Prepend(first);
            var build = new SegmentBuild
            {
                FileName = engine.Store.NewSegmentName(),
                Sources = [.. ordered.Select(segment => new SegmentSource(segment, lease.Set.Lsn, KeepDead: false))],
                BuildIndexes = true,
                Threads = engine.Threads,
                Progress = progress,
            };
            RequireDisk(build);
            Rewrite(build, cancellation);
            any = true;
        }

        return any;
    }

    private static IEnumerable<List<SealedSegment>> Groups(IEnumerable<SealedSegment> segments)
    {
        var group = new List<SealedSegment>();
        foreach (var segment in segments)
        {
            if (group.Count > 0 && group.Sum(member => (long)member.Count) + segment.Count > MergePolicy.LargestRows)
            {
                yield return group;
                group = [];
            }

            group.Add(segment);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    private static bool KeepsDead(Segment segment)
    {
        var dead = segment.DeadCount;
        return dead == 0 || (HasGraph(segment) && MergePolicy.MayKeepDead(segment.Count, dead));
    }

    private static bool HasGraph(Segment segment) =>
        Enumerable.Range(0, segment.Schema.Fields.Count).Any(field => segment.IndexedRows(field) > 0);

    /// <summary>
    /// A merge takes as much space as its sources before it gives theirs back; it must not take what writes live on.
    /// Sealing is not held back: it is what frees the log.
    /// </summary>
    private void RequireDisk(SegmentBuild build) => engine.Admission.RequireDisk(
        build.Sources.Sum(source => source.Segment is SealedSegment stored ? stored.Receipt.Length : 0));

    private SegmentShape Shape(SealedSegment segment)
    {
        var unindexed = 0;
        for (var field = 0; field < segment.Schema.Fields.Count; field++)
        {
            if (segment.Schema.Fields[field].IndexFor(segment.Count) != IndexKind.Flat)
            {
                unindexed += segment.Count - segment.IndexedRows(field);
            }
        }

        return new SegmentShape(segment.Count, segment.DeadCount, segment.Overlay.Count, unindexed)
        {
            LacksIndexes = engine.Schema.PayloadIndexes.Except(segment.StoredPayloadIndexes).Any(),
        };
    }

    /// <summary>
    /// No manifest to come names the sources, nor a file that was not made because no row was left.
    /// </summary>
    private void ForgetReplaced(SegmentBuild build, SealedSegment? target)
    {
        foreach (var source in build.Sources)
        {
            if (source.Segment is SealedSegment replaced)
            {
                engine.Store.ForgetName(replaced.Receipt.Name);
            }
        }

        if (target is null)
        {
            engine.Store.ForgetName(build.FileName);
        }
    }

    private void Rewrite(SegmentBuild build, CancellationToken cancellation)
    {
        var context = new SegmentContext(engine.Schema, engine.Scope);
        SealedSegment? target = null;
        try
        {
            if (build.Sources.Any(source => source.KeepDead || source.Segment.DeadCount < source.Segment.Count))
            {
                var receipt = new SegmentWriter(engine.Store.Files, engine.Store.Directory, context)
                    .Write(build, cancellation);
                target = SealedSegment.Open(engine.Store.Files, engine.Store.Directory, receipt, context);
                target.SetPayloadIndexes(engine.Schema.PayloadIndexes);
            }

            engine.RunOnWriter(() => engine.Ledger.Replace(build.Sources, target));
            ForgetReplaced(build, target);
        }
        catch (Exception error)
        {
            engine.Store.ForgetName(build.FileName);
            target?.Release();
            if (error is StorageException { IsFinal: true })
            {
                engine.Health.Fail(error.Message);
            }

            throw;
        }
    }
}
