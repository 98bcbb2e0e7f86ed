using Vesper.Numerics.Memory;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Formats;

/// <summary>A small file with sections of odd sizes, and ways to write it and to read all of it back.</summary>
internal static class Specimen
{
    public const string Path = "/specimen.seg";
    public const FileKind Kind = FileKind.Segment;
    public const ushort Version = 3;

    /// <summary>Sections as (key, content), written in this order.</summary>
    public static IReadOnlyList<(SectionKey Key, byte[] Content)> Sections(int seed, params int[] sizes)
    {
        var random = new Random(seed);
        return [.. sizes.Select((size, i) =>
        {
            byte[] content = new byte[size];
            random.NextBytes(content);
            return (new SectionKey((ushort)(10 + (i / 2)), (ushort)(i % 2)), content);
        })];
    }

    public static FileReceipt Write(
        IFileSystem files, IReadOnlyList<(SectionKey Key, byte[] Content)> sections, string path = Path)
    {
        using var writer = SectionFileWriter.Create(files, path, Kind, Version);
        foreach ((SectionKey key, byte[] content) in sections)
        {
            writer.Begin(key);
            writer.Write(content);
            writer.End();
        }

        return writer.Finish();
    }

    /// <summary>
    /// Opens, reads every section and verifies; throws a typed error or returns true when all is as written.
    /// </summary>
    public static bool ReadAll(
        IFileSystem files, IReadOnlyList<(SectionKey Key, byte[] Content)> sections, FileReceipt? expected)
    {
        using var reader = SectionFileReader.Open(files, Path, Kind, Version, expected);
        var scope = new MemoryScope("specimen");
        bool same = reader.Sections.SequenceEqual(sections.Select(section => section.Key));
        foreach ((SectionKey key, byte[] content) in sections)
        {
            using LazySection section = reader.Section(key, scope);
            same &= section.Slice(0, (int)section.Length).SequenceEqual(content);
        }

        Assert.Equal(0, scope.Bytes);
        return same;
    }

    public static MemoryFileSystem With(ReadOnlySpan<byte> bytes)
    {
        var files = new MemoryFileSystem();
        files.Put(Path, bytes);
        return files;
    }
}
