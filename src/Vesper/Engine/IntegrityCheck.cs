using Vesper.Query.Execution;
using Vesper.Segments;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Engine;

/// <summary>
/// The offline check: opens everything read-only under a shared lock, reads every byte, and compares what files say of
/// each other. Writes nothing. Cost: all bytes once, and the ids of all rows in order.
/// </summary>
internal sealed class IntegrityCheck(IFileSystem files, string path, Action<CheckProblem> report)
{
    public IProgress<WorkProgress>? Progress { get; init; }

    public void Run(string? collection, CancellationToken cancellation)
    {
        using var database = DatabaseEngine.Open(files, path, new VesperOptions { ReadOnly = true });
        var names = collection is null ? database.List() : [collection];
        for (var at = 0; at < names.Count; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            Progress?.Report(new WorkProgress($"checking {names[at]}", at, names.Count));
            Guarded(() => CheckCollection(database.Get(names[at]), cancellation));
        }

        Progress?.Report(new WorkProgress("checking", names.Count, names.Count));
    }

    private void CheckCollection(CollectionEngine engine, CancellationToken cancellation)
    {
        foreach (var note in engine.Store.Notes)
        {
            report(new CheckProblem(engine.Store.Directory, -1, note));
        }

        Guarded(() => engine.VerifyLog(report));
        using var lease = engine.Lease();
        foreach (var segment in lease.Set.Sealed)
        {
            cancellation.ThrowIfCancellationRequested();
            var file = Path.Combine(engine.Store.Directory, segment.Receipt.Name);
            Guarded(() => segment.Verify(
                (offset, problem) => report(new CheckProblem(file, offset, problem)), cancellation));
        }

        Guarded(() => CheckFile(engine, engine.Store.Manifest.Tombstones, FileKind.Tombstones, cancellation));
        Guarded(() => CheckFile(engine, engine.Store.Manifest.Overlay, FileKind.PayloadOverlay, cancellation));
        Guarded(() => CheckIds(engine.Store.Directory, lease.Set, cancellation));
    }

    private void CheckFile(CollectionEngine engine, string? name, FileKind kind, CancellationToken cancellation)
    {
        if (name is null)
        {
            return;
        }

        var file = Path.Combine(engine.Store.Directory, name);
        using var reader = SectionFileReader.Open(files, file, kind, CheckpointFiles.Version);
        reader.Verify((offset, problem) => report(new CheckProblem(file, offset, problem)), cancellation);
    }

    /// <summary>
    /// An id is alive in one row of one segment, is found by its map, and the rows alive are those counted.
    /// </summary>
    private void CheckIds(string directory, SegmentSet set, CancellationToken cancellation)
    {
        long alive = 0;
        PointId? before = null;
        foreach (var (view, row, id) in PointReader.InIdOrder(set, new ScrollRequest(), cancellation))
        {
            alive++;
            if (before == id)
            {
                report(new CheckProblem(directory, -1, $"id {id} is alive in more than one row"));
            }

            if (!view.TryFind(id, out var found) || found != row)
            {
                report(new CheckProblem(
                    directory, -1, $"id {id} is not found in segment {view.Segment.Id} where it stands"));
            }

            before = id;
        }

        if (alive != set.LivePoints)
        {
            report(new CheckProblem(directory, -1, $"{alive} rows are alive; {set.LivePoints} are counted"));
        }
    }

    private void Guarded(Action check)
    {
        try
        {
            check();
        }
        catch (CorruptDataException damage)
        {
            report(new CheckProblem(damage.File, damage.Offset, $"expected {damage.Expected}, found {damage.Found}"));
        }
        catch (VesperException error) when (error is FormatVersionException or StorageException)
        {
            report(new CheckProblem(path, -1, error.Message));
        }
    }
}
