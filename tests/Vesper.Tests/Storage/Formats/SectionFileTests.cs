using Vesper.Numerics.Memory;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Formats;

public sealed class SectionFileTests
{
    private static readonly SectionKey First = new(10, 0);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 64)]
    [InlineData(63, 65)]
    [InlineData(65536, 65537)]
    [InlineData(400_000, 0)]
    [InlineData(262_144, 131_072)]
    public void RoundTrip(int firstSize, int secondSize)
    {
        var files = new MemoryFileSystem();
        var sections = Specimen.Sections(1, firstSize, secondSize, 3, 0);
        FileReceipt receipt = Specimen.Write(files, sections);
        Assert.Equal(new FileReceipt("specimen.seg", files.Read(Specimen.Path).Length, receipt.Checksum), receipt);
        Assert.True(Specimen.ReadAll(files, sections, receipt));
        Assert.True(Specimen.ReadAll(files, sections, expected: null));
        Assert.Empty(Problems(files));
    }

    [Fact]
    public void RoundTripOnTheRealDisk()
    {
        using TemporaryDirectory directory = new TemporaryDirectory().Made();
        string path = Path.Combine(directory.Path, "specimen.seg");
        var sections = Specimen.Sections(2, 700_000, 64, 0, 5);
        FileReceipt receipt = Specimen.Write(FileSystems.Current, sections, path);
        Assert.Equal(new FileInfo(path).Length, receipt.Length);
        using var reader = SectionFileReader.Open(FileSystems.Current, path, Specimen.Kind, 9, receipt);
        Assert.Equal(Specimen.Version, reader.Version);
        Assert.Equal(receipt, reader.Receipt);
        var scope = new MemoryScope("test");
        foreach ((SectionKey key, byte[] content) in sections)
        {
            using LazySection section = reader.Section(key, scope);
            Assert.Equal(content, section.LoadAll(Cancel).Slice(0, content.Length).ToArray());
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public void AFileWithoutSectionsIsAFile()
    {
        var files = new MemoryFileSystem();
        Assert.True(Specimen.ReadAll(files, [], Specimen.Write(files, [])));
    }

    [Fact]
    public void ManySmallWritesAreOneSection()
    {
        var files = new MemoryFileSystem();
        (SectionKey key, byte[] content) = Specimen.Sections(3, 300_001)[0];
        using (var writer = SectionFileWriter.Create(files, Specimen.Path, Specimen.Kind, Specimen.Version))
        {
            writer.Begin(key);
            for (int done = 0, size = 1; done < content.Length; done += size, size = (size * 7 % 1013) + 1)
            {
                Assert.Equal(done, writer.SectionLength);
                size = Math.Min(size, content.Length - done);
                writer.Write(content.AsSpan(done, size));
            }

            writer.End();
            writer.Finish();
        }

        Assert.True(Specimen.ReadAll(files, [(key, content)], expected: null));
    }

    [Fact]
    public void WritesAreFewAndTheFileIsSyncedLast()
    {
        var files = new RecordingFileSystem(new MemoryFileSystem());
        Specimen.Write(files, Specimen.Sections(4, 1_000_000, 10, 10));
        IReadOnlyList<FileOperation> changes = files.Changes;
        Assert.Equal(FileOperationKind.Create, changes[0].Kind);
        Assert.Equal(FileOperationKind.Sync, changes[^1].Kind);
        FileOperation[] writes = [.. changes.Where(change => change.Kind == FileOperationKind.Write)];
        Assert.InRange(writes.Length, 1, 5);
        Assert.All(writes.SkipLast(1), write => Assert.True(write.Length >= 256 << 10));
    }

    [Fact]
    public void AnUnfinishedFileIsDeleted()
    {
        var files = new MemoryFileSystem();
        using (var writer = SectionFileWriter.Create(files, Specimen.Path, Specimen.Kind, Specimen.Version))
        {
            writer.Begin(First);
            writer.Write([1]);
        }

        Assert.False(files.Exists(Specimen.Path));
    }

    [Theory]
    [InlineData(nameof(FileOperationKind.Write))]
    [InlineData(nameof(FileOperationKind.Sync))]
    [InlineData(nameof(FileOperationKind.Create))]
    public void AFailedFileIsDeleted(string kind)
    {
        var memory = new MemoryFileSystem();
        var files = new FaultyFileSystem(memory);
        files.Fail(Enum.Parse<FileOperationKind>(kind), error: FaultyFileSystem.DiskFull());
        var error = Assert.Throws<StorageException>(() => Specimen.Write(files, Specimen.Sections(5, 600_000)));
        bool synced = kind == nameof(FileOperationKind.Sync);
        Assert.Equal(synced ? VesperErrorCode.Storage : VesperErrorCode.DiskFull, error.Code);
        Assert.Equal(synced, error.IsFinal);
        Assert.Empty(memory.List("/"));
    }

    [Fact]
    public void NothingFollowsAFailedWrite()
    {
        var files = new FaultyFileSystem(new MemoryFileSystem());
        using var writer = SectionFileWriter.Create(files, Specimen.Path, Specimen.Kind, Specimen.Version);
        writer.Begin(First);
        files.Fail(FileOperationKind.Write);
        Assert.Throws<StorageException>(() => writer.Write(new byte[600_000]));
        Assert.Throws<InvalidOperationException>(() => writer.Write(new byte[600_000]));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        using var writer = SectionFileWriter.Create(new MemoryFileSystem(), Specimen.Path, Specimen.Kind, 1);
        Assert.Throws<InvalidOperationException>(() => writer.Write([1]));
        Assert.Throws<InvalidOperationException>(writer.End);
        writer.Begin(First);
        Assert.Throws<InvalidOperationException>(() => writer.Begin(new SectionKey(11)));
        Assert.Throws<InvalidOperationException>(() => writer.Finish());
        writer.End();
        Assert.Throws<ArgumentException>(() => writer.Begin(First));
        writer.Finish();
        Assert.Throws<InvalidOperationException>(() => writer.Finish());
        Assert.Throws<InvalidOperationException>(() => writer.Begin(new SectionKey(12)));
    }

    [Fact]
    public void OtherKindsVersionsAndReceiptsAreTyped()
    {
        var files = new MemoryFileSystem();
        FileReceipt receipt = Specimen.Write(files, Specimen.Sections(6, 100));
        Assert.Throws<CorruptDataException>(
            () => SectionFileReader.Open(files, Specimen.Path, FileKind.Catalog, Specimen.Version));
        var tooNew = Assert.Throws<FormatVersionException>(
            () => SectionFileReader.Open(files, Specimen.Path, Specimen.Kind, Specimen.Version - 1));
        Assert.Equal((3, true), (tooNew.Found, tooNew.TooNew));
        Assert.Throws<CorruptDataException>(() => Open(files, receipt with { Length = receipt.Length + 1 }));
        Assert.Throws<CorruptDataException>(() => Open(files, receipt with { Checksum = receipt.Checksum ^ 1 }));
        Assert.Throws<FileNotFoundException>(() => SectionFileReader.Open(files, "/no", Specimen.Kind, 1));
        using SectionFileReader reader = Open(files, receipt);
        Assert.True(reader.Has(First));
        Assert.False(reader.Has(new SectionKey(99)));
        Assert.Throws<CorruptDataException>(() => reader.Section(new SectionKey(99), new MemoryScope("test")));
        CorruptDataException named = reader.Corrupt(First, 5, "sense", "none");
        Assert.Equal((Specimen.Path, 69L), (named.File, named.Offset));
    }

    [Fact]
    public void VerifyNamesEachBadPlace()
    {
        var files = new MemoryFileSystem();
        Specimen.Write(files, Specimen.Sections(7, 200_000, 5));
        byte[] bytes = files.Read(Specimen.Path);
        bytes[64 + 3] ^= 1;
        bytes[64 + 140_000] ^= 1;
        bytes[64 + 200_000] ^= 1;
        Assert.Equal(
            [64, 64 + 131_072, 64 + 200_000], Problems(Specimen.With(bytes)).Select(problem => problem.Offset));
    }

    [Fact]
    public void VerifyReportsReadErrorsAndGoesOn()
    {
        var memory = new MemoryFileSystem();
        Specimen.Write(memory, Specimen.Sections(8, 3_000_000));
        var files = new FaultyFileSystem(memory);
        using var reader = SectionFileReader.Open(files, Specimen.Path, Specimen.Kind, Specimen.Version);
        files.Fail(operation => operation is { Kind: FileOperationKind.Read, Length: > 500_000 }, nth: 2);
        var problems = new List<(long, string)>();
        reader.Verify((offset, problem) => problems.Add((offset, problem)), Cancel);
        (long offset, string text) = Assert.Single(problems);
        Assert.Equal(64 + (1 << 20), offset);
        Assert.Contains("EIO", text, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SectionFileReader Open(MemoryFileSystem files, FileReceipt receipt) =>
        SectionFileReader.Open(files, Specimen.Path, Specimen.Kind, Specimen.Version, receipt);

    private static List<(long Offset, string Problem)> Problems(MemoryFileSystem files)
    {
        using var reader = SectionFileReader.Open(files, Specimen.Path, Specimen.Kind, Specimen.Version);
        var problems = new List<(long, string)>();
        reader.Verify((offset, problem) => problems.Add((offset, problem)), Cancel);
        return problems;
    }
}
