using System.Buffers.Binary;
using Vesper.Storage.Formats;
using Vesper.Storage.Wal;

namespace Vesper.Tests.Storage.Wal;

/// <summary>Finds and repairs things in the bytes of a segment, independently of the reader.</summary>
internal static class LogBytes
{
    /// <summary>The offsets of all records of an undamaged segment.</summary>
    public static List<int> Records(byte[] segment)
    {
        var offsets = new List<int>();
        for (int at = 4096; at + 32 <= segment.Length && segment[at + 4] != 0;)
        {
            offsets.Add(at);
            int length = BinaryPrimitives.ReadInt32LittleEndian(segment.AsSpan(at));
            if (length < 0 || length > segment.Length - at)
            {
                break;
            }

            at += 32 + ((length + 7) & ~7);
        }

        return offsets;
    }

    public static long OffsetOf(byte[] segment, ulong lsn) =>
        Records(segment).First(at => BinaryPrimitives.ReadUInt64LittleEndian(segment.AsSpan(at + 8)) == lsn);

    public static void SealSegmentHeader(byte[] segment)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(92), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(92), Crc32C.Compute(segment.AsSpan(0, 4096)));
    }

    /// <summary>Makes the checksums of one record right again; the chain only if told.</summary>
    public static void SealRecord(byte[] segment, int at, bool chain)
    {
        var checksum = new SegmentChecksum(BinaryPrimitives.ReadUInt64LittleEndian(segment.AsSpan(76)));
        Span<byte> header = segment.AsSpan(at, 32);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length >= 0 && at + 32L + length <= segment.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header[20..], checksum.Payload(segment.AsSpan(at + 32, length)));
        }

        if (chain)
        {
            int before = Records(segment).LastOrDefault(offset => offset < at);
            uint previous = BinaryPrimitives.ReadUInt32LittleEndian(segment.AsSpan(before == 0 ? 68 : before + 24));
            BinaryPrimitives.WriteUInt32LittleEndian(header[24..], checksum.Chain(previous, header));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], checksum.Header(header));
    }
}
