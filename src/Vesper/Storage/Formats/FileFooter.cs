using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Storage.Formats;

/// <summary>One section as the footer lists it.</summary>
/// <param name="FirstBlock">Where its block checksums start in the footer's list.</param>
internal readonly record struct SectionEntry(SectionKey Key, long Offset, long Length, long FirstBlock)
{
    public long End => Offset + Length;

    public long BlockCount => FileLayout.BlockCount(Length);
}

/// <summary>
/// The list of sections and the checksum of each of their blocks. Its own checksum covers those and the header's, hence
/// all content: it is the one number that a manifest keeps of a file.
/// </summary>
internal sealed class FileFooter(SectionEntry[] sections, uint[] blockChecksums)
{
    public IReadOnlyList<SectionEntry> Sections => sections;

    public ReadOnlySpan<uint> Checksums(in SectionEntry section) =>
        blockChecksums.AsSpan((int)section.FirstBlock, (int)section.BlockCount);

    /// <summary>Bytes of a footer, checksum included.</summary>
    public static long SizeOf(long sectionCount, long blockCount) =>
        TableStart(sectionCount) + (blockCount * sizeof(uint)) + sizeof(uint);

    /// <summary>The footer's bytes; the last four are its checksum.</summary>
    public byte[] ToBytes(Guid creationId, uint headerChecksum, long footerOffset)
    {
        byte[] bytes = new byte[SizeOf(sections.Length, blockChecksums.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)sections.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), headerChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), footerOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), blockChecksums.Length);
        creationId.TryWriteBytes(bytes.AsSpan(24), bigEndian: true, out _);
        Span<byte> rest = bytes.AsSpan(FileLayout.FooterHeadBytes);
        foreach (SectionEntry section in sections)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, section.Key.Type);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], section.Key.Index);
            BinaryPrimitives.WriteInt64LittleEndian(rest[8..], section.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(rest[16..], section.Length);
            BinaryPrimitives.WriteInt64LittleEndian(rest[24..], section.FirstBlock);
            rest = rest[FileLayout.SectionEntryBytes..];
        }

        foreach (uint checksum in blockChecksums)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, checksum);
            rest = rest[sizeof(uint)..];
        }

        Debug.Assert(rest.Length == sizeof(uint), "the size was computed for exactly these tables");
        BinaryPrimitives.WriteUInt32LittleEndian(rest, Crc32C.Compute(bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        return bytes;
    }

    /// <summary>
    /// Reads and validates a footer against the header's and the trailer's word; nothing is allocated by unchecked
    /// numbers.
    /// </summary>
    public static FileFooter Read(ReadOnlySpan<byte> bytes, string path, in FileTrailer trailer, uint headerChecksum)
    {
        long offset = trailer.FooterOffset;
        if (bytes.Length < SizeOf(0, 0))
        {
            throw new CorruptDataException(path, offset, $"{SizeOf(0, 0)} bytes of footer or more", $"{bytes.Length}");
        }

        int checksumAt = bytes.Length - sizeof(uint);
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[checksumAt..]);
        ByteFields.CheckChecksum(bytes[..checksumAt], stored, path, offset + checksumAt);
        if (stored != trailer.FooterChecksum)
        {
            string expected = $"checksum {trailer.FooterChecksum:x8} (trailer)";
            throw new CorruptDataException(path, offset + checksumAt, expected, $"{stored:x8}");
        }

        CheckHead(bytes, path, trailer, headerChecksum);
        long count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        long blocks = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        bool sizeFits = count <= FileLayout.SectionsMax && blocks >= 0 && blocks <= bytes.Length / sizeof(uint)
            && SizeOf(count, blocks) == bytes.Length;
        if (!sizeFits)
        {
            string found = $"{count} sections, {blocks} blocks";
            throw new CorruptDataException(path, offset, $"tables that fill {bytes.Length} bytes", found);
        }

        SectionEntry[] sections = ReadSections(bytes, path, offset, blocks);
        uint[] checksums = new uint[blocks];
        ReadOnlySpan<byte> table = bytes[(int)TableStart(sections.Length)..];
        for (int block = 0; block < checksums.Length; block++)
        {
            checksums[block] = BinaryPrimitives.ReadUInt32LittleEndian(table[(block * sizeof(uint))..]);
        }

        return new FileFooter(sections, checksums);
    }

    private static long TableStart(long sectionCount) =>
        FileLayout.FooterHeadBytes + (sectionCount * FileLayout.SectionEntryBytes);

    private static void CheckHead(ReadOnlySpan<byte> bytes, string path, in FileTrailer trailer, uint headerChecksum)
    {
        long offset = trailer.FooterOffset;
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (header != headerChecksum)
        {
            throw new CorruptDataException(path, offset + 4, $"header checksum {headerChecksum:x8}", $"{header:x8}");
        }

        long self = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (self != offset)
        {
            throw new CorruptDataException(path, offset + 8, $"the footer's offset {offset}", $"{self}");
        }

        var creationId = new Guid(bytes[24..40], bigEndian: true);
        if (creationId != trailer.CreationId)
        {
            throw new CorruptDataException(path, offset + 24, $"creation id {trailer.CreationId}", $"{creationId}");
        }

        ByteFields.CheckZero(bytes[40..FileLayout.FooterHeadBytes], path, offset + 40);
    }

    /// <summary>
    /// Sections lie one after the other with less than one alignment of padding, so each offset follows from the
    /// lengths before it: anything else, an overlap above all, is damage.
    /// </summary>
    private static SectionEntry[] ReadSections(ReadOnlySpan<byte> bytes, string path, long footerOffset, long blocks)
    {
        var sections = new SectionEntry[BinaryPrimitives.ReadUInt32LittleEndian(bytes)];
        var keys = new HashSet<SectionKey>();
        long next = FileLayout.HeaderBytes;
        long firstBlock = 0;
        for (int i = 0; i < sections.Length; i++)
        {
            int at = FileLayout.FooterHeadBytes + (i * FileLayout.SectionEntryBytes);
            SectionEntry entry = ReadEntry(bytes[at..], path, footerOffset + at);
            bool placed = entry.Offset == next && entry.Length >= 0 && entry.Length <= footerOffset - entry.Offset
                && entry.FirstBlock == firstBlock && entry.BlockCount <= blocks - firstBlock;
            if (!placed || !keys.Add(entry.Key))
            {
                string found = $"{entry.Key} at {entry.Offset}, {entry.Length} bytes, block {entry.FirstBlock}";
                string expected = $"a new section at {next}, block {firstBlock}";
                throw new CorruptDataException(path, footerOffset + at, expected, found);
            }

            sections[i] = entry;
            next = FileLayout.Align(entry.End);
            firstBlock += entry.BlockCount;
        }

        return next == footerOffset && firstBlock == blocks
            ? sections
            : throw new CorruptDataException(
                path, footerOffset, $"sections up to {footerOffset}, {blocks} blocks", $"up to {next}, {firstBlock}");
    }

    private static SectionEntry ReadEntry(ReadOnlySpan<byte> entry, string path, long offset)
    {
        ByteFields.CheckZero(entry[4..8], path, offset + 4);
        var key = new SectionKey(
            BinaryPrimitives.ReadUInt16LittleEndian(entry), BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]));
        return new SectionEntry(
            key,
            BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[24..]));
    }
}
