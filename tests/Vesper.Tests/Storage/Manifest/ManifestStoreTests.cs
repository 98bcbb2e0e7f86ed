using System.Text;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Manifest;

public sealed class ManifestStoreTests
{
    private const string Root = "/collection";
    private readonly MemoryFileSystem _memory = new();

    public ManifestStoreTests() => _memory.CreateDirectory(Root);

    [Fact]
    public void AnEmptyDirectoryIsNew()
    {
        Assert.False(Store(_memory).TryReadNewest(out _));
        _memory.Put(Root + "/LOCK", []);
        _memory.Put(Root + "/notes.txt", [1]);
        _memory.Put(Root + "/MANIFEST-0000000000000001.tmp", [1, 2]);
        Assert.False(Store(_memory).TryReadNewest(out _));
        Assert.False(new ManifestStore(_memory, "/no", FileKind.Catalog, 1).TryReadNewest(out _));
    }

    [Fact]
    public void PublishedIsReadBack()
    {
        ManifestStore store = Store(_memory);
        FileReceipt one = DataFile(FileKind.Segment);
        FileReceipt two = DataFile(FileKind.Tombstones);
        store.Publish(1, "first"u8, [one]);
        store.Publish(2, "second"u8, [one, two]);
        Assert.True(Store(_memory).TryReadNewest(out ManifestImage? image));
        Assert.Equal((2, 1, 3), (image.Generation, image.PreviousGeneration, image.NextGeneration));
        Assert.Equal("second", Encoding.UTF8.GetString(image.Body.Span));
        Assert.Equal([one, two], image.Files);
        Assert.False(image.IsFallback);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Publish(2, default, []));
    }

    [Fact]
    public void PublishOnTheRealDisk()
    {
        using TemporaryDirectory directory = new TemporaryDirectory().Made();
        var store = new ManifestStore(FileSystems.Current, directory.Path, FileKind.Catalog, 1);
        store.Publish(1, "first"u8, []);
        store.Publish(2, "second"u8, []);
        store.Publish(3, [], []);
        Assert.Equal(["MANIFEST-0000000000000001"], store.DeleteObsolete());
        Assert.True(store.TryReadNewest(out ManifestImage? image));
        Assert.Equal(3, image.Generation);
        Assert.True(image.Body.IsEmpty);
    }

    [Fact]
    public void TheOrderOfAPublish()
    {
        var files = new RecordingFileSystem(_memory);
        Store(files).Publish(1, "x"u8, [DataFile(FileKind.Segment)]);
        FileOperation[] changes = [.. files.Changes.Where(change => change.Kind != FileOperationKind.Delete)];
        Assert.Equal(
            "SyncDirectory Create Write Sync Rename SyncDirectory",
            string.Join(' ', changes.Select(change => change.Kind)));
        FileOperation last = files.Operations[^1];
        Assert.True(last.Kind == FileOperationKind.OpenRead && last.Sequence > changes[^1].Sequence);
    }

    [Fact]
    public void OnlyValidFilesArePublished()
    {
        ManifestStore store = Store(_memory);
        FileReceipt real = DataFile(FileKind.PayloadOverlay);
        Assert.Throws<ArgumentException>(() => store.Publish(1, default, [new FileReceipt("../x.seg", 1, 1)]));
        Assert.Throws<ArgumentException>(() => store.Publish(1, default, [real, real]));
        Assert.Throws<CorruptDataException>(() => store.Publish(1, default, [real with { Length = 3 }]));
        string other = DataFileNames.For(FileKind.Segment, Guid.NewGuid());
        Assert.Throws<CorruptDataException>(() => store.Publish(1, default, [real with { Name = other }]));
        Assert.Equal([real.Name], _memory.List(Root));
    }

    [Theory]
    [InlineData("wal-0000000000000001")]
    [InlineData("0123456789abcdef0123456789abcdef.seg")]
    [InlineData("marker")]
    public void DataWithoutAManifestIsDamageNotNew(string name)
    {
        _memory.Put(Root + "/" + name, [1]);
        var store = new ManifestStore(_memory, Root, FileKind.CollectionManifest, 1)
        {
            IsEvidence = other => other == "marker",
        };
        var error = Assert.Throws<CorruptDataException>(() => store.TryReadNewest(out _));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedNewestFallsBackOnlyWhereThatIsRight()
    {
        FileReceipt old = PublishThree();
        Damage("MANIFEST-0000000000000003");
        Assert.True(Store(_memory).TryReadNewest(out ManifestImage? image));
        Assert.Equal((2, 4), (image.Generation, image.NextGeneration));
        Assert.Equal([old], image.Files);
        Assert.Contains("MANIFEST-0000000000000003", Assert.Single(image.Skipped), StringComparison.Ordinal);
        var refused = Assert.Throws<CorruptDataException>(
            () => Store(_memory).TryReadNewest(acceptOlder: false, out _));
        Assert.Contains("MANIFEST-0000000000000002 before it is whole", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Store(_memory).Unreferenced());

        ManifestStore store = Store(_memory);
        Assert.Equal(2, store.Publish(4, "four"u8, [old]).PreviousGeneration);
        Assert.Contains("MANIFEST-0000000000000003", store.DeleteObsolete());
        Assert.True(store.TryReadNewest(acceptOlder: false, out image));
        Assert.Equal(4, image.Generation);
    }

    [Fact]
    public void AMissingOrCutDataFileFallsBackToo()
    {
        PublishThree();
        Assert.True(Store(_memory).TryReadNewest(out ManifestImage? image));
        string newer = image.Files[^1].Name;
        byte[] content = _memory.Read(Root + "/" + newer);
        _memory.Put(Root + "/" + newer, content.AsSpan(1));
        Assert.True(Store(_memory).TryReadNewest(out image));
        Assert.Equal(2, image.Generation);
        _memory.Delete(Root + "/" + newer);
        Assert.True(Store(_memory).TryReadNewest(out image));
        Assert.Contains(newer, Assert.Single(image.Skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void NoWholeManifestIsRefusedWithAReasonForEach()
    {
        PublishThree();
        foreach (int generation in new[] { 1, 2, 3 })
        {
            Damage($"MANIFEST-{generation:x16}");
        }

        var error = Assert.Throws<CorruptDataException>(() => Store(_memory).TryReadNewest(out _));
        Assert.All(new[] { 1, 2, 3 }, generation =>
            Assert.Contains($"MANIFEST-{generation:x16}", error.Message, StringComparison.Ordinal));
        Assert.Throws<CorruptDataException>(() => Store(_memory).Publish(9, default, []));
    }

    [Fact]
    public void ANewerFormatIsNeverReplacedByAnOlderState()
    {
        Store(_memory).Publish(1, default, []);
        new ManifestStore(_memory, Root, FileKind.CollectionManifest, 2).Publish(2, default, []);
        Assert.True(Assert.Throws<FormatVersionException>(() => Store(_memory).TryReadNewest(out _)).TooNew);
    }

    [Fact]
    public void ARenamedManifestIsDamage()
    {
        Store(_memory).Publish(1, default, []);
        _memory.Rename(Root + "/MANIFEST-0000000000000001", Root + "/MANIFEST-0000000000000007");
        var error = Assert.Throws<CorruptDataException>(() => Store(_memory).TryReadNewest(out _));
        Assert.Contains("generation 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CleanupDeletesOnlyOurOwnUnreferencedFiles()
    {
        ManifestStore store = Store(_memory);
        FileReceipt first = DataFile(FileKind.Segment);
        FileReceipt second = DataFile(FileKind.Segment);
        FileReceipt growing = DataFile(FileKind.Segment);
        string leftover = DataFile(FileKind.Tombstones).Name;
        string shouted = leftover.ToUpperInvariant();
        string[] foreign = ["LOCK", "wal-0000000000000001", "wal.cut-5", "notes.seg", "MANIFEST-1", "x.tmp", shouted];
        foreach (string name in foreign.Append(leftover + ".tmp").Append(growing.Name + ".tmp"))
        {
            _memory.Put(Root + "/" + name, [1]);
        }

        store.Publish(1, default, [first]);
        store.Publish(2, default, [second]);
        Assert.Equal([leftover, leftover + ".tmp"], store.DeleteObsolete(() => [growing.Name]));
        FileReceipt third = DataFile(FileKind.Segment);
        store.Publish(3, default, [third]);
        Assert.Equal(["MANIFEST-0000000000000001", first.Name], store.DeleteObsolete(() => [growing.Name]));
        IReadOnlyList<string> left = _memory.List(Root);
        Assert.All(foreign, name => Assert.Contains(name, left));
        Assert.Contains(second.Name, left);
        Assert.Contains(third.Name, left);
        Assert.Contains(growing.Name, left);
        Assert.Equal(2, Store(_memory).Unreferenced().Count);
    }

    [Fact]
    public void ADamagedPredecessorStopsCleanup()
    {
        PublishThree();
        Damage("MANIFEST-0000000000000002");
        Assert.Empty(Store(_memory).DeleteObsolete());
        _memory.Delete(Root + "/MANIFEST-0000000000000002");
        Assert.Contains("MANIFEST-0000000000000001", Store(_memory).DeleteObsolete());
    }

    [Fact]
    public void EveryFlippedByteGivesAStateThatWasPublished()
    {
        PublishThree();
        string path = Root + "/MANIFEST-0000000000000003";
        byte[] whole = _memory.Read(path);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= (byte)(1 << (at % 8));
            _memory.Put(path, bytes);
            Assert.True(Store(_memory).TryReadNewest(out ManifestImage? image), $"flip at {at}");
            string body = Encoding.UTF8.GetString(image.Body.Span);
            Assert.Equal(image.Generation == 3 ? "three" : "two", body);
        }
    }

    private static ManifestStore Store(IFileSystem files) => new(files, Root, FileKind.CollectionManifest, 1);

    /// <summary>Three generations; the file that the second one lists stays in the third.</summary>
    private FileReceipt PublishThree()
    {
        ManifestStore store = Store(_memory);
        FileReceipt old = DataFile(FileKind.Segment);
        store.Publish(1, "one"u8, []);
        store.Publish(2, "two"u8, [old]);
        store.Publish(3, "three"u8, [old, DataFile(FileKind.Tombstones)]);
        return old;
    }

    private void Damage(string name)
    {
        byte[] bytes = _memory.Read(Root + "/" + name);
        bytes[70] ^= 1;
        _memory.Put(Root + "/" + name, bytes);
    }

    private FileReceipt DataFile(FileKind kind)
    {
        string path = Root + "/" + DataFileNames.For(kind, Guid.NewGuid());
        using var writer = SectionFileWriter.Create(_memory, path, kind, 1);
        return writer.Finish();
    }
}
