using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Vesper.Segments;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;

namespace Vesper.Engine;

/// <summary>
/// A collection's directory: reads the newest manifest and what it lists, and publishes new ones. The one way to
/// persist. One thread at a time, but for <see cref="NewSegmentName"/>.
/// </summary>
internal sealed class CollectionStore
{
    public const ushort ManifestVersion = 1;

    private readonly EngineContext _context;
    private readonly string _directory;
    private readonly ManifestStore _manifests;
    private readonly ConcurrentDictionary<string, bool> _unpublished = new(StringComparer.Ordinal);
    private long _nextGeneration = 1;
    private CollectionManifest? _manifest;

    public CollectionStore(EngineContext context, string directory)
    {
        _context = context;
        _directory = directory;
        _manifests = new ManifestStore(context.Files, directory, FileKind.CollectionManifest, ManifestVersion);
    }

    public IFileSystem Files => _context.Files;

    public string Directory => _directory;

    /// <summary>The manifest that was read or published last.</summary>
    public CollectionManifest Manifest => _manifest ?? throw new InvalidOperationException("No manifest was read.");

    /// <summary>What was read: the newest usable state, and what is wrong with newer ones.</summary>
    public ManifestImage Image { get; private set; } = null!;

    /// <summary>First log segment that the manifest before the last one needs: what a trim must keep.</summary>
    public long FirstLogSegmentToKeep { get; private set; }

    /// <summary>Starts a new collection's directory; durable on return.</summary>
    public void Create(CollectionManifest manifest)
    {
        Files.CreateDirectory(_directory);
        Files.SyncDirectory(Path.GetDirectoryName(_directory)!);
        Publish(manifest, []);
    }

    /// <summary>Reads the newest manifest.</summary>
    public ManifestImage Read()
    {
        if (!_manifests.TryReadNewest(out var image))
        {
            throw new CorruptDataException(_directory, 0, "a manifest", "an empty directory");
        }

        _nextGeneration = image.NextGeneration;
        _manifest = Parse(image);
        FirstLogSegmentToKeep = _manifest.FirstLogSegment;
        Image = image;
        return image;
    }

    /// <summary>
    /// Reads the state that stands in for the newest when that is damaged; false when there is none, or it does.
    /// </summary>
    /// <exception cref="CorruptDataException">It is not whole.</exception>
    public bool TryReadPrevious(
        [NotNullWhen(true)] out ManifestImage? image, [NotNullWhen(true)] out CollectionManifest? manifest)
    {
        image = _manifests.ReadPrevious(Image);
        manifest = image is null ? null : Parse(image);
        return manifest is not null;
    }

    /// <summary>
    /// Opens the segments of the manifest with their tombstones and changed payloads. The caller releases them.
    /// </summary>
    public IReadOnlyList<SealedSegment> OpenSegments(ManifestImage image, SegmentContext context)
    {
        var receipts = image.Files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var segments = new List<SealedSegment>();
        try
        {
            foreach (var name in Manifest.Segments)
            {
                segments.Add(SealedSegment.Open(Files, _directory, Receipt(name), context));
            }

            var at = new Lsn(Manifest.CheckpointLsn);
            var checkpoint = new CheckpointFiles(Files, _directory, context.Scope);
            if (Manifest.Tombstones is { } tombstones)
            {
                checkpoint.ReadTombstones(Receipt(tombstones), segments, at);
            }

            if (Manifest.Overlay is { } overlay)
            {
                checkpoint.ReadOverlay(Receipt(overlay), segments, at);
            }

            return segments;
        }
        catch
        {
            segments.ForEach(segment => segment.Release());
            throw;
        }

        FileReceipt Receipt(string name) => receipts.TryGetValue(name, out var receipt)
            ? receipt
            : throw new CorruptDataException(_directory, 0, $"a manifest entry for {name}", "none");
    }

    /// <summary>A name for a segment file to be built; kept from cleaning until it is published or given up.</summary>
    public string NewSegmentName()
    {
        var name = $"{Guid.NewGuid():N}.seg";
        _unpublished[name] = true;
        return name;
    }

    /// <summary>Lets cleaning take a file that will not be published, or that has been.</summary>
    public void ForgetName(string name) => _unpublished.TryRemove(name, out _);

    /// <summary>Whether the manifest says what publishing this version would say.</summary>
    public bool IsPublished(SegmentSet set) =>
        Manifest.CheckpointLsn == set.Checkpoint.Lsn.Value
        && Manifest.Segments.SequenceEqual(set.Sealed.Select(segment => segment.Receipt.Name));

    /// <summary>
    /// Publishes the state of a version: its sealed segments, and their dead rows and changed payloads at its
    /// checkpoint.
    /// </summary>
    public void Publish(SegmentSet set, CollectionOptions options)
    {
        var segments = set.Sealed.ToArray();
        var at = set.Checkpoint.Lsn;
        var checkpoint = new CheckpointFiles(Files, _directory, _context.Scope);
        var tombstones = checkpoint.WriteTombstones(segments, at);
        var overlay = checkpoint.WriteOverlay(segments, at);
        var manifest = CollectionManifest.Of(Manifest.Id, Manifest.Name, options) with
        {
            CheckpointLsn = at.Value,
            FirstLogSegment = set.Checkpoint.FirstLogSegment,
            Segments = [.. segments.Select(segment => segment.Receipt.Name)],
            Tombstones = tombstones?.Name,
            Overlay = overlay?.Name,
        };
        var files = segments.Select(segment => segment.Receipt).ToList();
        files.AddRange(new[] { tombstones, overlay }.Where(file => file is not null).Select(file => file!.Value));
        var before = Manifest.FirstLogSegment;
        Publish(manifest, files);
        FirstLogSegmentToKeep = before;
        foreach (var segment in segments)
        {
            ForgetName(segment.Receipt.Name);
        }

        Clean();
    }

    /// <summary>Deletes files that nothing needs; after recovery has succeeded.</summary>
    public void Clean()
    {
        try
        {
            _manifests.DeleteObsolete(() => [.. _unpublished.Keys]);
        }
        catch (StorageException error) when (!error.IsFinal)
        {
            // What could not be deleted takes space only; the next publish tries again.
        }
    }

    private CollectionManifest Parse(ManifestImage image) => CollectionManifest.Read(
        image.Body.Span, Path.Combine(_directory, ManifestNames.For(image.Generation)));

    private void Publish(CollectionManifest manifest, IReadOnlyList<FileReceipt> files)
    {
        _context.VerifyOwner();
        var image = _manifests.Publish(_nextGeneration, manifest.ToJson(), files);
        _nextGeneration = image.NextGeneration;
        _manifest = manifest;
    }
}
