using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Storage.Formats;

namespace Vesper.Storage.Wal;

/// <summary>The first 4,096 bytes of a segment: whose it is, and what it follows.</summary>
internal sealed record SegmentHeader
{
    private const ushort SupersedesFlag = 1;
    private const ushort InsideBatchFlag = 2;
    private const int ChecksumOffset = 92;
    private const int EndOffset = 96;

    public required Guid DatabaseId { get; init; }

    public required Guid CollectionId { get; init; }

    public required long Number { get; init; }

    /// <summary>LSN of the last record before this segment; its first record has the next one.</summary>
    public required ulong PrevLastLsn { get; init; }

    /// <summary>Chain after that record and the commit markers that follow it.</summary>
    public required uint PrevChain { get; init; }

    public required uint Epoch { get; init; }

    public required ulong Salt { get; init; }

    public required long CreatedUnixMicros { get; init; }

    /// <summary>
    /// Started by an opening, not by a rotation: whatever lower-numbered segments hold above <see cref="PrevLastLsn"/>
    /// is void. Without it the segment continues exactly where the one numbered before it ends.
    /// </summary>
    public required bool Supersedes { get; init; }

    /// <summary>The first record goes on with a batch that began in the segment before.</summary>
    public required bool InsideBatch { get; init; }

    public void Write(Span<byte> into)
    {
        Debug.Assert(into.Length == WalFormat.SegmentHeaderBytes, "a whole header block");
        into.Clear();
        WalFormat.Magic.CopyTo(into);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], WalFormat.Version);
        BinaryPrimitives.WriteUInt16LittleEndian(into[10..], Flags);
        DatabaseId.TryWriteBytes(into[12..], bigEndian: true, out _);
        CollectionId.TryWriteBytes(into[28..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(into[44..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(into[52..], PrevLastLsn + 1);
        BinaryPrimitives.WriteUInt64LittleEndian(into[60..], PrevLastLsn);
        BinaryPrimitives.WriteUInt32LittleEndian(into[68..], PrevChain);
        BinaryPrimitives.WriteUInt32LittleEndian(into[72..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(into[76..], Salt);
        BinaryPrimitives.WriteInt64LittleEndian(into[84..], CreatedUnixMicros);
        BinaryPrimitives.WriteUInt32LittleEndian(into[ChecksumOffset..], Crc32C.Compute(into));
    }

    /// <summary>Reads a header; null with the reason when these bytes are none.</summary>
    /// <exception cref="FormatVersionException">A sound header of another version.</exception>
    public static SegmentHeader? Read(ReadOnlySpan<byte> bytes, string path, out string problem)
    {
        problem = "";
        if (bytes.Length < WalFormat.SegmentHeaderBytes)
        {
            problem = $"a segment header of {bytes.Length} bytes";
            return null;
        }

        if (!bytes.StartsWith(WalFormat.Magic) || !ChecksumHolds(bytes))
        {
            problem = "a segment header with a wrong magic or checksum";
            return null;
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (version != WalFormat.Version)
        {
            throw new FormatVersionException(path, version, WalFormat.Version, WalFormat.Version);
        }

        SegmentHeader header = Decode(bytes);
        problem = Check(header, bytes);
        return problem.Length == 0 ? header : null;
    }

    private ushort Flags => (ushort)((Supersedes ? SupersedesFlag : 0) | (InsideBatch ? InsideBatchFlag : 0));

    private static SegmentHeader Decode(ReadOnlySpan<byte> bytes) => new()
    {
        Supersedes = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]) & SupersedesFlag) != 0,
        InsideBatch = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]) & InsideBatchFlag) != 0,
        DatabaseId = new Guid(bytes[12..28], bigEndian: true),
        CollectionId = new Guid(bytes[28..44], bigEndian: true),
        Number = BinaryPrimitives.ReadInt64LittleEndian(bytes[44..]),
        PrevLastLsn = BinaryPrimitives.ReadUInt64LittleEndian(bytes[60..]),
        PrevChain = BinaryPrimitives.ReadUInt32LittleEndian(bytes[68..]),
        Epoch = BinaryPrimitives.ReadUInt32LittleEndian(bytes[72..]),
        Salt = BinaryPrimitives.ReadUInt64LittleEndian(bytes[76..]),
        CreatedUnixMicros = BinaryPrimitives.ReadInt64LittleEndian(bytes[84..]),
    };

    private static string Check(SegmentHeader header, ReadOnlySpan<byte> bytes)
    {
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        ulong firstLsn = BinaryPrimitives.ReadUInt64LittleEndian(bytes[52..]);
        return flags != header.Flags || (header.Supersedes && header.InsideBatch) ? $"segment flags {flags:x4}"
            : header.PrevLastLsn >= WalFormat.MaxLsn ? $"previous LSN {header.PrevLastLsn}"
            : firstLsn != header.PrevLastLsn + 1 ? $"first LSN {firstLsn} after LSN {header.PrevLastLsn}"
            : bytes[EndOffset..].ContainsAnyExcept((byte)0) ? "bytes other than zero after the header's fields"
            : "";
    }

    private static bool ChecksumHolds(ReadOnlySpan<byte> bytes)
    {
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]);
        uint crc = Crc32C.Compute(bytes[..ChecksumOffset]);
        crc = Crc32C.Append(crc, stackalloc byte[sizeof(uint)]);
        return Crc32C.Append(crc, bytes[EndOffset..WalFormat.SegmentHeaderBytes]) == stored;
    }
}
