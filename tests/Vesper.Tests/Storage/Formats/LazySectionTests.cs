using Vesper.Numerics.Memory;
using Vesper.Storage.Formats;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Formats;

public sealed class LazySectionTests
{
    private const int BlockBytes = 64 << 10;
    private static readonly SectionKey Key = new(10, 0);
    private readonly MemoryScope _scope = new("test");
    private readonly MemoryFileSystem _memory = new();
    private readonly RecordingFileSystem _files;

    public LazySectionTests() => _files = new RecordingFileSystem(_memory) { RecordReads = true };

    [Fact]
    public void OpeningReadsNothingAndTouchingReadsItsBlocks()
    {
        byte[] content = Write(1_000_000);
        using SectionFileReader reader = Open();
        _files.Clear();
        using (LazySection section = reader.Section(Key, _scope))
        {
            Assert.Equal((Key, 1_000_000L), (section.Key, section.Length));
            Assert.Empty(section.Slice(5, 0).ToArray());
            Assert.Empty(_files.Operations);
            Assert.Equal(0, _scope.Bytes);
            Assert.Equal(content[70_000..70_010], section.Slice(70_000, 10).ToArray());
            Assert.Equal([(64L + BlockBytes, (long)BlockBytes)], Reads());
            Assert.Equal(content[65_530..140_000], section.Slice(65_530, 140_000 - 65_530).ToArray());
            Assert.Equal([64L + BlockBytes, 64, 64 + (2 * BlockBytes)], Reads().Select(read => read.Offset));
            Assert.Equal(content, section.Slice(0, content.Length).ToArray());
            Assert.Equal(4, Reads().Count);
            Assert.Equal(content[70_000..80_000], section.Slice(70_000, 10_000).ToArray());
            Assert.Equal(4, Reads().Count);
            Assert.True(_scope.Bytes >= 1_000_000);
        }

        Assert.Equal(0, _scope.Bytes);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 101)]
    [InlineData(101, 0)]
    [InlineData(100, 1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(long.MinValue, int.MinValue)]
    [InlineData(1, int.MaxValue)]
    public void OutsideIsTyped(long offset, int length)
    {
        Write(100);
        using SectionFileReader reader = Open();
        using LazySection section = reader.Section(Key, _scope);
        Assert.Throws<CorruptDataException>(() => _ = section.Slice(offset, length).Length);
    }

    [Fact]
    public void AnEmptySectionWorks()
    {
        Write(0);
        using SectionFileReader reader = Open();
        using LazySection section = reader.Section(Key, _scope);
        Assert.Equal(0, section.Slice(0, 0).Length);
        Assert.Equal(0, section.LoadAll(Cancel).Length);
    }

    [Fact]
    public void LoadedBytesOutliveTheReader()
    {
        byte[] content = Write(100_000);
        SectionFileReader reader = Open();
        using LazySection section = reader.Section(Key, _scope);
        section.LoadAll(Cancel);
        reader.Dispose();
        Assert.Equal(content, section.Slice(0, content.Length).ToArray());
    }

    [Fact]
    public void ADisposedSectionRefuses()
    {
        Write(100_000);
        using SectionFileReader reader = Open();
        LazySection section = reader.Section(Key, _scope);
        section.Dispose();
        section.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ = section.Slice(0, 1).Length);
        Assert.Throws<ObjectDisposedException>(() => section.LoadAll(Cancel));
    }

    [Fact]
    public void ADamagedBlockStaysDamagedAndTheOthersWork()
    {
        byte[] content = Write(300_000);
        byte[] bytes = _memory.Read(Specimen.Path);
        byte[] whole = [.. bytes];
        bytes[64 + (2 * BlockBytes) + 17] ^= 4;
        _memory.Put(Specimen.Path, bytes);
        using SectionFileReader reader = Open();
        using LazySection section = reader.Section(Key, _scope);
        Assert.Equal(content[..(2 * BlockBytes)], section.Slice(0, 2 * BlockBytes).ToArray());
        var first = Assert.Throws<CorruptDataException>(() => _ = section.Slice(2 * BlockBytes, 1).Length);
        Assert.Equal((Specimen.Path, 64L + (2 * BlockBytes)), (first.File, first.Offset));
        Assert.Throws<CorruptDataException>(() => section.LoadAll(Cancel));
        Assert.Equal(content[200_000..], section.Slice(200_000, 100_000).ToArray());

        var lucky = new FaultyFileSystem(_memory);
        using var again = SectionFileReader.Open(lucky, Specimen.Path, Specimen.Kind, Specimen.Version);
        using LazySection other = again.Section(Key, _scope);
        first = Assert.Throws<CorruptDataException>(() => _ = other.Slice(2 * BlockBytes, 1).Length);
        lucky.OnRead = (operation, read) => whole.AsSpan((int)operation.Offset, read.Length).CopyTo(read);
        var second = Assert.Throws<CorruptDataException>(() => _ = other.Slice(140_000, 1).Length);
        Assert.Equal(first.Message, second.Message);
    }

    [Fact]
    public void AFailedReadMayBeTriedAgain()
    {
        byte[] content = Write(100_000);
        var faulty = new FaultyFileSystem(_memory);
        using var reader = SectionFileReader.Open(faulty, Specimen.Path, Specimen.Kind, Specimen.Version);
        using LazySection section = reader.Section(Key, _scope);
        faulty.Fail(FileOperationKind.Read);
        Assert.Throws<StorageException>(() => _ = section.Slice(0, 1).Length);
        Assert.Equal(content[0], section.Slice(0, 1)[0]);
    }

    [Fact]
    public void LoadAllOfALargeSectionUsesThreadsAndCanBeCancelled()
    {
        byte[] content = Write(20 << 20);
        using SectionFileReader reader = Open();
        using LazySection section = reader.Section(Key, _scope);
        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            Assert.Throws<OperationCanceledException>(() => section.LoadAll(cancelled.Token));
        }

        _ = section.Slice(5 << 20, 1);
        Assert.True(section.LoadAll(Cancel).Slice(0, content.Length).SequenceEqual(content));
        Assert.Equal(20L << 20, Reads().Where(read => read.Length >= BlockBytes).Sum(read => read.Length));
    }

    [Fact]
    public void DamageInALargeSectionIsTyped()
    {
        Write(20 << 20);
        byte[] bytes = _memory.Read(Specimen.Path);
        bytes[15 << 20] ^= 1;
        _memory.Put(Specimen.Path, bytes);
        using SectionFileReader reader = Open();
        using LazySection section = reader.Section(Key, _scope);
        Assert.Throws<CorruptDataException>(() => section.LoadAll(Cancel));
    }

    [Fact]
    public async Task ConcurrentReadersSeeTheRightBytesAndEachBlockIsReadOnce()
    {
        byte[] content = Write(5_000_001);
        using SectionFileReader reader = Open();
        _files.Clear();
        using (LazySection section = reader.Section(Key, _scope))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(
                worker => Task.Run(() => ReadRandomly(section, content, worker), Cancel)));
            Assert.Equal(content.Length, section.LoadAll(Cancel).Length);
            Assert.Equal(content.Length, Reads().Sum(read => read.Length));
        }

        Assert.Equal(0, _scope.Bytes);
    }

    private static void ReadRandomly(LazySection section, byte[] content, int worker)
    {
        var random = new Random(worker);
        for (int round = 0; round < 300; round++)
        {
            int offset = random.Next(content.Length);
            int length = random.Next(Math.Min(content.Length - offset, round % 10 == 0 ? 400_000 : 3_000));
            bool same = section.Slice(offset, length).SequenceEqual(content.AsSpan(offset, length));
            Assert.True(same, $"worker {worker}, round {round}");
        }

        if (worker == 3)
        {
            section.LoadAll(CancellationToken.None);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private byte[] Write(int size)
    {
        var sections = Specimen.Sections(11, size, 77);
        Specimen.Write(_memory, sections);
        return sections[0].Content;
    }

    private SectionFileReader Open() =>
        SectionFileReader.Open(_files, Specimen.Path, Specimen.Kind, Specimen.Version);

    private List<(long Offset, long Length)> Reads() =>
        [.. _files.Operations.Where(operation => operation.Kind == FileOperationKind.Read)
            .Select(operation => (operation.Offset, operation.Length))];
}
