using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Storage.Formats;

/// <summary>
/// Opens one immutable file: header and footer are read and checked, sections load on demand. Thread-safe. Holds the
/// file open; what its sections have loaded outlives it, what they have not does not.
/// </summary>
internal sealed class SectionFileReader : IDisposable
{
    private readonly IFile _file;
    private readonly FileHeader _header;
    private readonly FileFooter _footer;
    private readonly Dictionary<SectionKey, SectionEntry> _byKey;

    private SectionFileReader(IFile file, FileHeader header, FileFooter footer, FileReceipt receipt)
    {
        _file = file;
        _header = header;
        _footer = footer;
        Receipt = receipt;
        Sections = [.. footer.Sections.Select(section => section.Key)];
        _byKey = footer.Sections.ToDictionary(section => section.Key);
    }

    public string Path => _file.Path;

    public ushort Version => _header.Version;

    /// <summary>What a manifest keeps of this file.</summary>
    public FileReceipt Receipt { get; }

    public IReadOnlyList<SectionKey> Sections { get; }

    /// <summary>Opens and validates all but the sections' content.</summary>
    /// <param name="expected">What the manifest says of the file, or null when unknown.</param>
    public static SectionFileReader Open(
        IFileSystem files, string path, FileKind kind, ushort maxVersion, FileReceipt? expected = null)
    {
        IFile file = files.OpenRead(path);
        try
        {
            return Open(file, kind, maxVersion, expected);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public bool Has(SectionKey key) => _byKey.ContainsKey(key);

    /// <summary>
    /// Opens a section (cheap: nothing is read yet). A missing one is a <see cref="CorruptDataException"/>.
    /// </summary>
    public LazySection Section(SectionKey key, MemoryScope scope) => new(this, _file, Entry(key), scope);

    /// <summary>
    /// Bytes of a section, without opening it. A missing one is a <see cref="CorruptDataException"/>.
    /// </summary>
    public long SectionLength(SectionKey key) => Entry(key).Length;

    /// <summary>
    /// Reads every byte of the file and checks all of them; reports each bad place as (offset, problem).
    /// </summary>
    public void Verify(Action<long, string> report, CancellationToken cancellation) =>
        new SectionFileVerifier(_file, _footer, report).Run(
            recheck: () => Open(_file, _header.Kind, _header.Version, Receipt), cancellation);

    /// <summary>
    /// A typed error that names this file and a place in a section, for readers that find its content invalid.
    /// </summary>
    public CorruptDataException Corrupt(SectionKey key, long offset, string expected, string found)
    {
        long start = _byKey.TryGetValue(key, out SectionEntry entry) ? entry.Offset : 0;
        return new CorruptDataException(Path, start + offset, $"section {key}: {expected}", found);
    }

    public void Dispose() => _file.Dispose();

    internal ReadOnlySpan<uint> Checksums(in SectionEntry section) => _footer.Checksums(section);

    private static SectionFileReader Open(IFile file, FileKind kind, ushort maxVersion, FileReceipt? expected)
    {
        string path = file.Path;
        long length = file.Length;
        if (expected is { } receipt && receipt.Length != length)
        {
            throw new CorruptDataException(
                path, Math.Min(length, receipt.Length), $"{receipt.Length} bytes (manifest)", $"{length} bytes");
        }

        Span<byte> edge = stackalloc byte[FileLayout.HeaderBytes];
        var header = FileHeader.Read(edge[..file.ReadAt(edge, 0)], path, kind, maxVersion);
        uint headerChecksum = FileHeader.Checksum(edge);
        if (length < FileLayout.HeaderBytes + FileFooter.SizeOf(0, 0) + FileLayout.TrailerBytes)
        {
            throw new CorruptDataException(path, length, "a footer and a trailer", "the end of the file");
        }

        Debug.Assert(FileLayout.HeaderBytes == FileLayout.TrailerBytes, "one buffer serves both");
        ReadFully(file, edge, length - FileLayout.TrailerBytes);
        var trailer = FileTrailer.Read(edge, path, length, header.CreationId);
        if (expected is { } known && known.Checksum != trailer.FooterChecksum)
        {
            throw new CorruptDataException(
                path, trailer.FooterOffset, $"checksum {known.Checksum:x8} (manifest)", $"{trailer.FooterChecksum:x8}");
        }

        byte[] footerBytes = new byte[trailer.FooterLength];
        ReadFully(file, footerBytes, trailer.FooterOffset);
        var footer = FileFooter.Read(footerBytes, path, trailer, headerChecksum);
        var found = new FileReceipt(System.IO.Path.GetFileName(path), length, trailer.FooterChecksum);
        return new SectionFileReader(file, header, footer, found);
    }

    private static void ReadFully(IFile file, Span<byte> into, long offset)
    {
        int count = file.ReadAt(into, offset);
        if (count < into.Length)
        {
            string expected = $"{into.Length - count} more bytes";
            throw new CorruptDataException(file.Path, offset + count, expected, "the end of the file");
        }
    }

    private SectionEntry Entry(SectionKey key) => _byKey.TryGetValue(key, out SectionEntry entry)
        ? entry
        : throw new CorruptDataException(Path, 0, $"a section {key}", $"sections {string.Join(", ", Sections)}");
}
