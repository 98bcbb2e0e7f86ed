using Vesper.Numerics.Memory;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Tests.Payloads;

/// <summary>
/// One section file in a directory of its own, written by a test and opened again; dispose asserts that no memory is
/// left.
/// </summary>
internal sealed class SegmentFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vesper-payload-").FullName;
    private readonly List<IDisposable> _opened = [];

    public SegmentFile(Action<SectionFileWriter> write)
    {
        using (var writer = SectionFileWriter.Create(FileSystems.Current, Path, FileKind.Segment, 1))
        {
            write(writer);
            writer.Finish();
        }

        Reader = SectionFileReader.Open(FileSystems.Current, Path, FileKind.Segment, 1);
    }

    public MemoryScope Scope { get; } = new("test");

    public SectionFileReader Reader { get; }

    private string Path => System.IO.Path.Combine(_directory, "segment");

    /// <summary>The content of a section.</summary>
    public byte[] Bytes(SectionKey key)
    {
        using var section = Reader.Section(key, Scope);
        return section.Slice(0, (int)section.Length).ToArray();
    }

    /// <summary>The same file with one section's content replaced, all checksums right.</summary>
    public SegmentFile With(SectionKey replaced, byte[] content) => new(writer =>
    {
        foreach (var key in Reader.Sections)
        {
            writer.Begin(key);
            writer.Write(key == replaced ? content : Bytes(key));
            writer.End();
        }
    });

    /// <summary>Disposes something with the file.</summary>
    public T Owned<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }

    public void Dispose()
    {
        _opened.ForEach(static opened => opened.Dispose());
        Reader.Dispose();
        Directory.Delete(_directory, recursive: true);
        Assert.Equal(0, Scope.Bytes);
    }
}
