using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Storage.Manifest;

/// <summary>
/// The root of a directory: a series of manifests, each replacing the one before in one atomic rename. One thread at a
/// time. The newest and the one before it stay whole, so that damage to one never leaves a directory without a state.
/// </summary>
/// <remarks>
/// A publish is: the data files are synced (their writers did), the directory is synced, the manifest is written under
/// a temporary name, synced, renamed, the directory synced again, and the result read back. Until the rename the old
/// state stands; from the rename until success the outcome is unknown, and this object refuses all further work: who
/// opens the directory again finds one of the two.
/// </remarks>
internal sealed class ManifestStore(IFileSystem files, string directory, FileKind kind, ushort version)
{
    private readonly ManifestReader _reader = new(files, directory, kind, version);
    private bool _outcomeUnknown;

    /// <summary>
    /// Names of further entries whose presence proves that data was here (besides data files and log segments): with
    /// one of them and no manifest, the directory is damaged, not new.
    /// </summary>
    public Func<string, bool> IsEvidence { get; init; } = static _ => false;

    /// <summary>
    /// Reads the newest manifest that is whole and whose files all exist with their lengths. False when the directory
    /// holds nothing of ours (or does not exist).
    /// </summary>
    /// <remarks>
    /// Whether an older one may stand in for a damaged newest is the owner's question: it is right where a log replays
    /// what came between (a collection), and would silently forget acknowledged changes where there is none (the
    /// catalog). Without a parameter, the kind decides.
    /// </remarks>
    /// <exception cref="CorruptDataException">
    /// No manifest is usable though data is here; says what is wrong with each.
    /// </exception>
    /// <exception cref="FormatVersionException">The newest is of a newer format: nothing older may replace
    /// it.</exception>
    public bool TryReadNewest([NotNullWhen(true)] out ManifestImage? image) =>
        TryReadNewest(kind == FileKind.CollectionManifest, out image);

    /// <inheritdoc cref="TryReadNewest(out ManifestImage)"/>
    /// <param name="acceptOlder">Whether an older manifest may stand in for damaged newer ones.</param>
    /// <param name="image">The state found.</param>
    public bool TryReadNewest(bool acceptOlder, [NotNullWhen(true)] out ManifestImage? image)
    {
        ThrowIfOutcomeUnknown();
        IReadOnlyList<string> names = files.List(directory);
        image = _reader.ReadNewest(names, acceptOlder);
        string? evidence = names.FirstOrDefault(name => ManifestNames.IsEvidence(name) || IsEvidence(name));
        if (image is null && evidence is not null)
        {
            throw new CorruptDataException(directory, 0, "a manifest", $"none, though there is {evidence}");
        }

        return image is not null;
    }

    /// <summary>
    /// Reads the state that the newest replaced and that stands in for it when it is damaged; null when there is none.
    /// </summary>
    /// <exception cref="CorruptDataException">It is not whole.</exception>
    public ManifestImage? ReadPrevious(ManifestImage newest)
    {
        if (newest.IsFallback || newest.PreviousGeneration == 0)
        {
            return null;
        }

        ManifestImage previous = _reader.Read(newest.PreviousGeneration);
        _reader.CheckFiles(previous);
        return previous;
    }

    /// <summary>
    /// Makes a new state the current one; durable on return. The data files must be written and synced already.
    /// </summary>
    /// <param name="generation">Above every one in sight: <see cref="ManifestImage.NextGeneration"/>, or 1.</param>
    /// <param name="body">The owner's bytes, at most <see cref="ManifestFile.BodyBytesMax"/>.</param>
    /// <param name="dataFiles">All live data files, by valid <see cref="DataFileNames"/>, once each.</param>
    /// <exception cref="StorageException">
    /// Before the rename the old state stands and a new attempt is allowed; after it the outcome is unknown, and every
    /// further call here fails too.
    /// </exception>
    public ManifestImage Publish(long generation, ReadOnlySpan<byte> body, IReadOnlyList<FileReceipt> dataFiles)
    {
        ThrowIfOutcomeUnknown();
        LimitExceededException.ThrowIfAbove("Manifest body", body.Length, ManifestFile.BodyBytesMax, "bytes");
        ManifestImage? current = _reader.ReadNewest(files.List(directory), acceptOlder: true);
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, current?.NextGeneration ?? 1);
        var image = new ManifestImage
        {
            Generation = generation,
            PreviousGeneration = current?.Generation ?? 0,
            Body = body.ToArray(),
            Files = [.. dataFiles],
            NextGeneration = generation + 1,
        };
        CheckNames(image);
        _reader.CheckFiles(image);
        if (image.Files.Count > 0)
        {
            // The entries of the data files reach the disk before a manifest that lists them can.
            SyncDirectory();
        }

        Swap(image);
        return image;
    }

    /// <summary>
    /// Files of our own patterns that neither the newest manifest nor the one before it lists, old manifests first.
    /// Nothing when the newest or its predecessor is damaged: then nobody knows what is needed.
    /// </summary>
    /// <param name="inUse">
    /// Names of data files that are being made now, for a manifest to come. Asked after the directory was listed: a
    /// file begun meanwhile is not in the list.
    /// </param>
    public IReadOnlyList<string> Unreferenced(Func<IReadOnlyCollection<string>>? inUse = null)
    {
        ThrowIfOutcomeUnknown();
        IReadOnlyList<string> names = files.List(directory);
        IReadOnlyCollection<string> unfinished = inUse?.Invoke() ?? [];
        ManifestImage? newest = _reader.ReadNewest(names, acceptOlder: true);
        if (newest is null || newest.IsFallback || !TryKeep(newest, names, out HashSet<string> kept))
        {
            return [];
        }

        bool IsNeeded(string name) =>
            kept.Contains(name) || unfinished.Contains(name) || unfinished.Contains(Finished(name));
        List<string> unreferenced = [.. names.Where(name => IsOurs(name) && !IsNeeded(name))];
        return [.. unreferenced.OrderByDescending(name => ManifestNames.TryParse(name, out _))];
    }

    /// <summary>
    /// Deletes what <see cref="Unreferenced"/> lists and gives those names. Never a log segment, a lock, or a name that
    /// is not ours. To be called after recovery has succeeded.
    /// </summary>
    /// <param name="inUse">As <see cref="Unreferenced"/> takes it.</param>
    public IReadOnlyList<string> DeleteObsolete(Func<IReadOnlyCollection<string>>? inUse = null)
    {
        IReadOnlyList<string> names = Unreferenced(inUse);
        if (names.Count > 0)
        {
            // A rename that only the page cache knows must not cost the state that it replaced.
            SyncDirectory();
        }

        foreach (string name in names)
        {
            Debug.Assert(IsOurs(name), "only names of our own patterns are deleted");
            files.Delete(Path.Combine(directory, name));
        }

        return names;
    }

    private void Swap(ManifestImage image)
    {
        string path = Path.Combine(directory, ManifestNames.For(image.Generation));
        string unfinished = path + DataFileNames.UnfinishedSuffix;
        files.Delete(unfinished);
        FileReceipt receipt;
        using (var writer = SectionFileWriter.Create(files, unfinished, kind, version))
        {
            ManifestFile.Write(writer, image);
            receipt = writer.Finish();
        }

        _outcomeUnknown = true;
        FinalOperation.Run(() => files.Rename(unfinished, path));
        SyncDirectory();
        ManifestImage written = _reader.Read(image.Generation, receipt);
        Debug.Assert(written.PreviousGeneration == image.PreviousGeneration, "what was written is what is read");
        _reader.CheckFiles(written);
        _outcomeUnknown = false;
    }

    private void SyncDirectory() => FinalOperation.Run(() => files.SyncDirectory(directory));

    /// <summary>
    /// The newest and its predecessor with all that they list; false when the predecessor cannot be read.
    /// </summary>
    private bool TryKeep(ManifestImage newest, IReadOnlyList<string> names, out HashSet<string> kept)
    {
        kept = new HashSet<string>(StringComparer.Ordinal) { ManifestNames.For(newest.Generation) };
        kept.UnionWith(newest.Files.Select(file => file.Name));
        string previous = ManifestNames.For(newest.PreviousGeneration);
        if (newest.PreviousGeneration == 0 || !names.Contains(previous))
        {
            return true;
        }

        try
        {
            kept.Add(previous);
            kept.UnionWith(_reader.Read(newest.PreviousGeneration).Files.Select(file => file.Name));
            return true;
        }
        catch (CorruptDataException)
        {
            return false;
        }
    }

    private void ThrowIfOutcomeUnknown()
    {
        if (_outcomeUnknown)
        {
            throw new StorageException($"{directory}: the outcome of a manifest's publish is unknown; open it again.");
        }
    }

    private static void CheckNames(ManifestImage image)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (FileReceipt file in image.Files)
        {
            if (!DataFileNames.IsValid(file.Name) || !names.Add(file.Name))
            {
                throw new ArgumentException($"'{file.Name}' is no data file's name, or stands there twice.");
            }
        }
    }

    private static bool IsOurs(string name) =>
        DataFileNames.IsValid(name) || ManifestNames.TryParse(name, out _) || ManifestNames.IsUnfinished(name);

    private static string Finished(string name) =>
        ManifestNames.IsUnfinished(name) ? name[..^DataFileNames.UnfinishedSuffix.Length] : name;
}
