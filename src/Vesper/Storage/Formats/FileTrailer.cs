using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Storage.Formats;

/// <summary>The last 64 bytes of every file: where the footer lies, and the header's creation id again.</summary>
internal readonly record struct FileTrailer(long FooterOffset, long FooterLength, Guid CreationId, uint FooterChecksum)
{
    private const int ChecksumAt = FileLayout.TrailerBytes - sizeof(uint);

    /// <summary>Writes the trailer.</summary>
    public void Write(Span<byte> into)
    {
        Debug.Assert(into.Length == FileLayout.TrailerBytes, "the trailer has one size");
        into.Clear();
        FileLayout.TrailerMagic.CopyTo(into);
        BinaryPrimitives.WriteInt64LittleEndian(into[8..], FooterOffset);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], FooterLength);
        CreationId.TryWriteBytes(into[24..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(into[40..], FooterChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(into[ChecksumAt..], Crc32C.Compute(into[..ChecksumAt]));
    }

    /// <summary>Reads and validates the trailer of a file of a known length and creation id.</summary>
    public static FileTrailer Read(ReadOnlySpan<byte> bytes, string path, long fileLength, Guid creationId)
    {
        Debug.Assert(bytes.Length == FileLayout.TrailerBytes, "the caller knows that the file is long enough");
        long start = fileLength - FileLayout.TrailerBytes;
        if (!bytes.StartsWith(FileLayout.TrailerMagic))
        {
            string found = Convert.ToHexString(bytes[..FileLayout.TrailerMagic.Length]);
            throw new CorruptDataException(path, start, "the mark that ends a whole file", found);
        }

        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]);
        ByteFields.CheckChecksum(bytes[..ChecksumAt], stored, path, start + ChecksumAt);
        ByteFields.CheckZero(bytes[44..ChecksumAt], path, start + 44);
        var trailer = new FileTrailer(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            new Guid(bytes[24..40], bigEndian: true),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]));
        trailer.CheckPlace(path, start);
        return trailer.CreationId == creationId
            ? trailer
            : throw new CorruptDataException(path, start + 24, $"creation id {creationId}", $"{trailer.CreationId}");
    }

    private void CheckPlace(string path, long start)
    {
        bool inside = FooterOffset >= FileLayout.HeaderBytes && FooterOffset <= start
            && FooterOffset % FileLayout.AlignmentBytes == 0;
        if (!inside || FooterLength != start - FooterOffset || FooterLength > int.MaxValue)
        {
            throw new CorruptDataException(
                path, start + 8, $"a footer that ends at {start}", $"offset {FooterOffset}, length {FooterLength}");
        }
    }
}
