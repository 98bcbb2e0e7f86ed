using Vesper.Numerics.Memory;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Tests.Indexing;

/// <summary>
/// One section in a real file: written, opened, and written again with other bytes under sound checksums.
/// </summary>
internal sealed class SectionFixture : IDisposable
{
    private static readonly SectionKey Key = new(7, 0);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("vesper-section-");
    private readonly List<SectionFileReader> _readers = [];
    private int _files;

    /// <summary>The section that a writer produces.</summary>
    public LazySection Section(Action<SectionFileWriter> write, MemoryScope scope)
    {
        var path = Path.Combine(_directory.FullName, $"{_files++}.section");
        using (var writer = SectionFileWriter.Create(FileSystems.Current, path, FileKind.Segment, 1))
        {
            writer.Begin(Key);
            write(writer);
            writer.End();
            writer.Finish();
        }

        var reader = SectionFileReader.Open(FileSystems.Current, path, FileKind.Segment, 1);
        _readers.Add(reader);
        return reader.Section(Key, scope);
    }

    /// <summary>The section that holds these bytes.</summary>
    public LazySection Section(byte[] bytes, MemoryScope scope) => Section(writer => writer.Write(bytes), scope);

    /// <summary>The bytes that a writer produces.</summary>
    public byte[] Bytes(Action<SectionFileWriter> write)
    {
        using var section = Section(write, new MemoryScope("bytes"));
        return section.Slice(0, (int)section.Length).ToArray();
    }

    public void Dispose()
    {
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }

        _directory.Delete(recursive: true);
    }
}
