using System.Buffers.Binary;
using System.Text;
using Vesper.Numerics.Memory;
using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Manifest;

/// <summary>Manifests whose checksums are right and whose content is not.</summary>
public sealed class ManifestDamageTests
{
    private const string Root = "/collection";
    private const string Newest = Root + "/MANIFEST-0000000000000002";
    private static readonly long[] Extremes = [0, 1, -1, 2, 3, 1L << 31, (1L << 31) - 1, long.MaxValue, long.MinValue];
    private readonly MemoryFileSystem _memory = new();

    public ManifestDamageTests() => _memory.CreateDirectory(Root);

    [Fact]
    public void MutatedContentIsRefusedOrRight()
    {
        const int seed = 5;
        var random = new Random(seed);
        FileReceipt[] files = [DataFile(), DataFile()];
        Store().Publish(1, "one"u8, files);
        Store().Publish(2, "two"u8, files);
        var sections = Read();
        int refused = 0;
        for (int round = 0; round < 1_000; round++)
        {
            byte[][] changed = [.. sections.Select(section => section.Content.ToArray())];
            int victim = random.Next(2);
            changed[victim] = Mutate(changed[victim], random);
            Write(sections.Select((section, i) => (section.Key, changed[i])));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(Store().TryReadNewest(out ManifestImage? image), $"seed {seed}, round {round}");
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 1 << 20, $"seed {seed}, round {round}: {allocated} bytes");
            Assert.Equal(image.Generation == 2 ? "two" : "one", Encoding.UTF8.GetString(image.Body.Span));
            Assert.All(image.Files, file => Assert.Contains(file.Name, _memory.List(Root)));
            refused += image.IsFallback ? 1 : 0;
        }

        Assert.InRange(refused, 500, 999);
    }

    [Theory]
    [InlineData("../../../../../../../../../etc/a.seg")]
    [InlineData("0123456789abcdef0123456789abcdef.txt")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF.seg")]
    [InlineData("MANIFEST-0000000000000001           ")]
    public void ANameThatIsNotADataFilesIsRefused(string name)
    {
        Store().Publish(1, "one"u8, []);
        Store().Publish(2, "two"u8, [DataFile()]);
        var sections = Read();
        Encoding.ASCII.GetBytes(name, sections[1].Content);
        Write(sections);
        Assert.True(Store().TryReadNewest(out ManifestImage? image));
        Assert.Contains("a data file's name", Assert.Single(image.Skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void AManifestThatIsNoManifestIsRefused()
    {
        Store().Publish(1, "one"u8, []);
        Write([]);
        Assert.True(Store().TryReadNewest(out ManifestImage? image));
        Assert.True(image.IsFallback);
        _memory.Put(Newest, []);
        Assert.True(Store().TryReadNewest(out image));
        Assert.Equal(1, image.Generation);
    }

    private static byte[] Mutate(byte[] content, Random random)
    {
        int at = random.Next(content.Length / 4) * 4;
        byte[] value = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(value, Extremes[random.Next(Extremes.Length)]);
        int width = Math.Min(4 << random.Next(2), content.Length - at);
        value.AsSpan(0, width).CopyTo(content.AsSpan(at));
        return random.Next(10) == 0 ? content[..random.Next(content.Length)] : content;
    }

    private ManifestStore Store() => new(_memory, Root, FileKind.CollectionManifest, 1);

    private List<(SectionKey Key, byte[] Content)> Read()
    {
        using var reader = SectionFileReader.Open(_memory, Newest, FileKind.CollectionManifest, 1);
        var sections = new List<(SectionKey, byte[])>();
        foreach (SectionKey key in reader.Sections)
        {
            using LazySection section = reader.Section(key, new MemoryScope("test"));
            sections.Add((key, section.Slice(0, (int)section.Length).ToArray()));
        }

        return sections;
    }

    private void Write(IEnumerable<(SectionKey Key, byte[] Content)> sections)
    {
        _memory.Delete(Newest);
        using var writer = SectionFileWriter.Create(_memory, Newest, FileKind.CollectionManifest, 1);
        foreach ((SectionKey key, byte[] content) in sections)
        {
            writer.Begin(key);
            writer.Write(content);
            writer.End();
        }

        writer.Finish();
    }

    private FileReceipt DataFile()
    {
        string path = Root + "/" + DataFileNames.For(FileKind.Segment, Guid.NewGuid());
        using var writer = SectionFileWriter.Create(_memory, path, FileKind.Segment, 1);
        return writer.Finish();
    }
}
