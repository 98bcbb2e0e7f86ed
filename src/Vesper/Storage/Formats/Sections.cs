using Vesper.Storage.Files;

namespace Vesper.Storage.Formats;

/// <summary>What a file is; the numbers stand in docs/formats/ids.md.</summary>
internal enum FileKind : ushort
{
    Segment = 1,
    Tombstones = 2,
    PayloadOverlay = 3,
    Catalog = 4,
    CollectionManifest = 5,
}

/// <summary>Names a section inside a file: what it is, and which one of several (the vector field, the payload index).</summary>
internal readonly record struct SectionKey(ushort Type, ushort Index = 0);

/// <summary>What a finished file is known by in a manifest. The checksum is the footer's, which covers every block's checksum.</summary>
internal readonly record struct FileReceipt(string Name, long Length, uint Checksum);

/// <summary>Writes one immutable file: header, sections, footer. Nothing is valid until <see cref="Finish"/> has synced it.</summary>
internal sealed class SectionFileWriter : IDisposable
{
    public static SectionFileWriter Create(IFileSystem files, string path, FileKind kind, ushort version) =>
        throw new NotImplementedException();

    /// <summary>Starts a section on a 64-byte boundary; the one before must be ended.</summary>
    public void Begin(SectionKey key) => throw new NotImplementedException();

    /// <summary>Appends bytes to the open section.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>Bytes in the open section so far.</summary>
    public long SectionLength => throw new NotImplementedException();

    public void End() => throw new NotImplementedException();

    /// <summary>Writes the footer and syncs the file (not the directory).</summary>
    public FileReceipt Finish() => throw new NotImplementedException();

    /// <summary>Closes the file. Before <see cref="Finish"/> the half-written file is deleted.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Opens one immutable file: header and footer are read and checked, sections load on demand. Thread-safe.</summary>
internal sealed class SectionFileReader : IDisposable
{
    /// <param name="expected">What the manifest says of the file, or null when unknown.</param>
    public static SectionFileReader Open(IFileSystem files, string path, FileKind kind, ushort maxVersion, FileReceipt? expected = null) =>
        throw new NotImplementedException();

    public string Path => throw new NotImplementedException();

    public ushort Version => throw new NotImplementedException();

    public IReadOnlyList<SectionKey> Sections => throw new NotImplementedException();

    public bool Has(SectionKey key) => throw new NotImplementedException();

    /// <summary>Opens a section (cheap: nothing is read yet). A missing one is a <see cref="CorruptDataException"/>.</summary>
    public LazySection Section(SectionKey key, MemoryScope scope) => throw new NotImplementedException();

    /// <summary>Reads every byte of the file and checks all of them; reports each bad place as (offset, problem).</summary>
    public void Verify(Action<long, string> report, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>A typed error that names this file and a place in a section, for readers that find its content invalid.</summary>
    public CorruptDataException Corrupt(SectionKey key, long offset, string expected, string found) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>
/// The bytes of one section in native memory (64-byte aligned), filled block by block (64 KiB) on first touch, each block's
/// CRC checked as it is read. Thread-safe. Bytes handed out stay valid until dispose.
/// </summary>
internal sealed class LazySection : IDisposable
{
    public SectionKey Key => throw new NotImplementedException();

    public long Length => throw new NotImplementedException();

    /// <summary>The bytes, loaded when needed. Range-checked: outside is a <see cref="CorruptDataException"/>.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length) => throw new NotImplementedException();

    /// <summary>Loads all blocks (large reads, several threads when big) and gives the memory.</summary>
    public NativeBuffer<byte> LoadAll(CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>A typed error that names the file and a place in this section.</summary>
    public CorruptDataException Corrupt(long offset, string expected, string found) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>CRC-32C (Castagnoli), standard form: of "123456789" it is 0xE3069283.</summary>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a checksum over more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
}
