using Vesper.Query.Execution;
using Vesper.Segments;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;

namespace Vesper.Engine;

/// <summary>
/// The offline check: opens everything read-only under a shared lock, reads every byte, and compares what files say of
/// each other: those of the newest state, and those of the one before it, which stands in when the newest is damaged.
/// Writes nothing. Cost: all bytes once, and the ids of all rows in order.
/// </summary>
internal sealed class IntegrityCheck(IFileSystem files, string path, Action<CheckProblem> report)
{
    // What stands before damage is opened, so that the rest is checked too; the damage itself is reported.
    private static readonly VesperOptions AsFarAsItReads = new() { ReadOnly = true, Recovery = RecoveryMode.Prefix };

    private readonly HashSet<(string File, long Offset, string Problem)> _reported = [];

    public IProgress<WorkProgress>? Progress { get; init; }

    public void Run(string? collection, CancellationToken cancellation)
    {
        DatabaseEngine? opened = null;
        Guarded(() => opened = DatabaseEngine.Open(files, path, AsFarAsItReads));
        if (opened is null)
        {
            return;
        }

        using var database = opened;
        CheckManifests(path, database.Catalog.Image!, (FileKind.Catalog, Catalog.Version), cancellation);
        Guarded(database.Catalog.VerifyPrevious);
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
        var manifests = (FileKind.CollectionManifest, CollectionStore.ManifestVersion);
        CheckManifests(engine.Store.Directory, engine.Store.Image, manifests, cancellation);
        Guarded(() => engine.VerifyLog(engine.Store.Manifest, Report));
        using var lease = engine.Lease();
        foreach (var segment in lease.Set.Sealed)
        {
            cancellation.ThrowIfCancellationRequested();
            var file = Path.Combine(engine.Store.Directory, segment.Receipt.Name);
            Guarded(() => segment.Verify(
                (offset, problem) => Report(new CheckProblem(file, offset, problem)), cancellation));
        }

        foreach (var file in engine.Store.Image.Files.Where(file => !IsSegment(file)))
        {
            Guarded(() => CheckFile(engine.Store.Directory, file, cancellation));
        }

        Guarded(() => CheckIds(engine.Store.Directory, lease.Set, cancellation));
        Guarded(() => CheckPrevious(engine, cancellation));
    }

    /// <summary>Every byte of the newest manifest and of the one before it, whose absence others report.</summary>
    private void CheckManifests(
        string directory, ManifestImage image, (FileKind Kind, ushort Version) format, CancellationToken cancellation)
    {
        ReportAll(image.Damage);
        long[] generations = image.IsFallback ? [image.Generation] : [image.Generation, image.PreviousGeneration];
        var paths = generations.Select(generation => Path.Combine(directory, ManifestNames.For(generation)));
        foreach (var file in paths.Where(files.Exists))
        {
            Guarded(() => VerifyFile(SectionFileReader.Open(files, file, format.Kind, format.Version), cancellation));
        }
    }

    /// <summary>The state before the newest: its log, and the files that the newest no longer lists.</summary>
    private void CheckPrevious(CollectionEngine engine, CancellationToken cancellation)
    {
        if (!engine.Store.TryReadPrevious(out var image, out var manifest))
        {
            return;
        }

        Guarded(() => engine.VerifyLog(manifest, Report));
        foreach (var file in image.Files.Except(engine.Store.Image.Files))
        {
            cancellation.ThrowIfCancellationRequested();
            Guarded(() => CheckFile(engine.Store.Directory, file, cancellation));
        }
    }

    private void CheckFile(string directory, FileReceipt receipt, CancellationToken cancellation)
    {
        var file = Path.Combine(directory, receipt.Name);
        var (kind, version) = IsSegment(receipt) ? (FileKind.Segment, SegmentSections.Version)
            : receipt.Name.EndsWith(".tmb", StringComparison.Ordinal) ? (FileKind.Tombstones, CheckpointFiles.Version)
            : (FileKind.PayloadOverlay, CheckpointFiles.Version);
        VerifyFile(SectionFileReader.Open(files, file, kind, version, receipt), cancellation);
    }

    private void VerifyFile(SectionFileReader file, CancellationToken cancellation)
    {
        using (file)
        {
            file.Verify((offset, problem) => Report(new CheckProblem(file.Path, offset, problem)), cancellation);
        }
    }

    private static bool IsSegment(FileReceipt file) => file.Name.EndsWith(".seg", StringComparison.Ordinal);

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
                Report(new CheckProblem(directory, -1, $"id {id} is alive in more than one row"));
            }

            if (!view.TryFind(id, out var found) || found != row)
            {
                Report(new CheckProblem(
                    directory, -1, $"id {id} is not found in segment {view.Segment.Id} where it stands"));
            }

            before = id;
        }

        if (alive != set.LivePoints)
        {
            Report(new CheckProblem(directory, -1, $"{alive} rows are alive; {set.LivePoints} are counted"));
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
            ReportAll([damage]);
        }
        catch (FormatVersionException version)
        {
            Report(new CheckProblem(version.File, 0, version.Message));
        }
        catch (StorageException error)
        {
            Report(new CheckProblem(path, -1, error.Message));
        }
    }

    private void ReportAll(IEnumerable<CorruptDataException> damages)
    {
        foreach (var damage in damages)
        {
            Report(new CheckProblem(damage.File, damage.Offset, $"expected {damage.Expected}, found {damage.Found}"));
        }
    }

    /// <summary>One line for one place: what meets the same damage again adds nothing.</summary>
    private void Report(CheckProblem problem)
    {
        if (_reported.Add((problem.File, problem.Offset, problem.Offset < 0 ? problem.Problem : "")))
        {
            report(problem);
        }
    }
}
