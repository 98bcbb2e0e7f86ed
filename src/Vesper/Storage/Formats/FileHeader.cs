using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Storage.Formats;

/// <summary>The first 64 bytes of every file: what it is, which version, and an id of its own.</summary>
/// <remarks>
/// Magic, versions and checksum keep their places in all future versions, so that an old build can say "too new" and
/// not "damaged".
/// </remarks>
internal readonly record struct FileHeader(FileKind Kind, ushort Version, Guid CreationId)
{
    private const int ChecksumAt = FileLayout.HeaderBytes - sizeof(uint);

    /// <summary>Writes the header and gives its checksum.</summary>
    public uint Write(Span<byte> into)
    {
        Debug.Assert(into.Length == FileLayout.HeaderBytes, "the header has one size");
        into.Clear();
        FileLayout.HeaderMagic.CopyTo(into);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], (ushort)Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(into[10..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(into[12..], FileLayout.ContainerVersion);
        CreationId.TryWriteBytes(into[16..], bigEndian: true, out _);
        uint checksum = Crc32C.Compute(into[..ChecksumAt]);
        BinaryPrimitives.WriteUInt32LittleEndian(into[ChecksumAt..], checksum);
        return checksum;
    }

    /// <summary>Reads and validates a header of a kind; newer versions and other kinds are typed errors.</summary>
    public static FileHeader Read(ReadOnlySpan<byte> bytes, string path, FileKind kind, ushort maxVersion)
    {
        if (bytes.Length < FileLayout.HeaderBytes)
        {
            string expected = $"a header of {FileLayout.HeaderBytes} bytes";
            throw new CorruptDataException(path, bytes.Length, expected, "the end of the file");
        }

        if (!bytes.StartsWith(FileLayout.HeaderMagic))
        {
            throw new CorruptDataException(path, 0, "the mark of a Vesper file", Convert.ToHexString(bytes[..8]));
        }

        ByteFields.CheckChecksum(bytes[..ChecksumAt], Checksum(bytes), path, ChecksumAt);
        CheckVersion(path, BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]), FileLayout.ContainerVersion);
        ushort foundKind = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (foundKind != (ushort)kind)
        {
            throw new CorruptDataException(path, 8, $"a {kind} file (kind {(ushort)kind})", $"kind {foundKind}");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        CheckVersion(path, version, maxVersion);
        ByteFields.CheckZero(bytes[14..16], path, 14);
        ByteFields.CheckZero(bytes[32..ChecksumAt], path, 32);
        return new FileHeader(kind, version, new Guid(bytes[16..32], bigEndian: true));
    }

    /// <summary>The checksum that a written header carries.</summary>
    public static uint Checksum(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]);

    private static void CheckVersion(string path, ushort found, ushort newest)
    {
        if (found == 0 || found > newest)
        {
            throw new FormatVersionException(path, found, oldest: 1, newest);
        }
    }
}
