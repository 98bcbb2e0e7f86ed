using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// Header and sections of one file: where each payload lies. Once read, every known payload has the size that the
/// header's numbers give it and lies inside the file, so that sizes may be trusted with memory.
/// </summary>
internal sealed class IvfPqFileDirectory
{
    private readonly string _path;
    private readonly List<IvfPqSection> _sections = [];

    private IvfPqFileDirectory(string path, IvfPqFileHeader header, long trailerAt)
    {
        _path = path;
        Header = header;
        TrailerAt = trailerAt;
    }

    public IvfPqFileHeader Header { get; }

    /// <summary>Where the trailer starts: sections end here.</summary>
    public long TrailerAt { get; }

    /// <summary>In the order of the file, unknown ones too.</summary>
    public IReadOnlyList<IvfPqSection> Sections => _sections;

    /// <summary>Reads header and section headers; no payload.</summary>
    public static IvfPqFileDirectory Read(IFile file)
    {
        long trailerAt = file.Length - IvfPqFileLayout.TrailerBytes;
        if (trailerAt < IvfPqFileLayout.HeaderBytes)
        {
            throw new CorruptDataException(file.Path, file.Length, "a header and a trailer", "the end of the file");
        }

        Span<byte> bytes = stackalloc byte[IvfPqFileLayout.HeaderBytes];
        file.ReadFully(bytes, 0, "header");
        var directory = new IvfPqFileDirectory(file.Path, IvfPqFileHeader.Read(bytes, file.Path), trailerAt);
        if (directory.Header.HasSections)
        {
            directory.ReadSections(file);
        }
        else
        {
            directory.PlacePayloads();
        }

        directory.CheckSections();
        return directory;
    }

    /// <summary>The section of a type, or null.</summary>
    public IvfPqSection? Find(IvfPqSectionType type)
    {
        int at = _sections.FindIndex(section => section.Type == type);
        return at < 0 ? null : _sections[at];
    }

    /// <summary>The section of a type that <see cref="CheckSections"/> has seen.</summary>
    public IvfPqSection this[IvfPqSectionType type] =>
        Find(type) ?? throw new InvalidOperationException($"The file has no section {type}.");

    private void ReadSections(IFile file)
    {
        long at = IvfPqFileLayout.HeaderBytes;
        if (Header.MetadataBytes > 0)
        {
            Add(IvfPqSectionType.Metadata, at, Header.MetadataBytes);
            at += Header.MetadataBytes;
        }

        Span<byte> header = stackalloc byte[IvfPqFileLayout.SectionHeaderBytes];
        for (; at < TrailerAt; at = _sections[^1].End)
        {
            Require(TrailerAt - at >= header.Length, at, "a section's header", $"{TrailerAt - at} bytes");
            Require(_sections.Count < IvfPqFileLayout.SectionsMax, at, "the trailer", "too many sections");
            file.ReadFully(header, at, "section header");
            var type = (IvfPqSectionType)BinaryPrimitives.ReadUInt32LittleEndian(header);
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header[4..]);
            ulong stored = BinaryPrimitives.ReadUInt64LittleEndian(header[12..]);
            ulong rest = (ulong)(TrailerAt - at - header.Length);
            Require(stored <= rest, at, $"section {type} of at most {rest} bytes", $"{stored}");
            bool isSane = stored <= length && length <= long.MaxValue && (stored > 0 || length == 0);
            Require(isSane, at, $"section {type} no longer than what it holds", $"{stored} bytes for {length}");
            Require(!Enum.IsDefined(type) || Find(type) is null, at, $"section {type} once", "another");
            ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(header[IvfPqFileLayout.SectionHashAt..]);
            _sections.Add(new IvfPqSection(type, at + header.Length, (long)stored, (long)length, hash));
        }
    }

    /// <summary>Version 1.0: payloads of known sizes, in one order, the lists up to the trailer.</summary>
    private void PlacePayloads()
    {
        IvfPqShape shape = Header.Shape;
        Place(IvfPqSectionType.Centroids, shape.CentroidValues);
        Place(IvfPqSectionType.Codebooks, shape.CodebookValues);
        if (Header.HasRotation)
        {
            Place(IvfPqSectionType.Rotation, shape.RotationValues);
        }

        long at = _sections[^1].End;
        Add(IvfPqSectionType.Lists, at, TrailerAt - at);
    }

    private void Place(IvfPqSectionType type, long values)
    {
        long at = _sections.Count == 0 ? IvfPqFileLayout.HeaderBytes : _sections[^1].End;
        long rest = TrailerAt - at;
        Require(values <= rest / sizeof(float), at, $"payload {type} of {values} numbers", $"{rest} bytes");
        Add(type, at, values * sizeof(float));
    }

    private void Add(IvfPqSectionType type, long offset, long length)
    {
        Require(offset + length <= TrailerAt, offset, $"{type} of {length} bytes", $"{TrailerAt - offset} bytes");
        _sections.Add(new IvfPqSection(type, offset, length, length, Hash: null));
    }

    private void CheckSections()
    {
        IvfPqShape shape = Header.Shape;
        CheckLength(IvfPqSectionType.Centroids, (UInt128)shape.CentroidValues * sizeof(float));
        CheckLength(IvfPqSectionType.Codebooks, (UInt128)shape.CodebookValues * sizeof(float));
        CheckLength(IvfPqSectionType.Lists, shape.ListBytes(Header.Vectors));
        if (Header.HasRotation)
        {
            CheckLength(IvfPqSectionType.Rotation, (UInt128)shape.RotationValues * sizeof(float));
        }
        else if (Find(IvfPqSectionType.Rotation) is { } rotation)
        {
            Require(false, rotation.Offset, "no section Rotation without its flag", "one");
        }

        if (Find(IvfPqSectionType.Metadata) is { } metadata)
        {
            string expected = $"section Metadata of at most {IvfPqMetadata.BytesMax} bytes";
            Require(metadata.Length <= IvfPqMetadata.BytesMax, metadata.Offset, expected, $"{metadata.Length}");
        }
    }

    private void CheckLength(IvfPqSectionType type, UInt128 expected)
    {
        if (Find(type) is not { } section)
        {
            throw new CorruptDataException(_path, IvfPqFileLayout.HeaderBytes, $"section {type}", "none");
        }

        UInt128 found = (UInt128)section.Length;
        Require(found == expected, section.Offset, $"section {type} of {expected} bytes", $"{found}");
        Debug.Assert(section.End <= TrailerAt, "each payload was placed inside the file");
    }

    private void Require(bool holds, long offset, string expected, string found)
    {
        if (!holds)
        {
            throw new CorruptDataException(_path, offset, expected, found);
        }
    }
}
