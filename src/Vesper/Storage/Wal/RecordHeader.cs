using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Storage.Wal;

/// <summary>The 32 bytes in front of a record's payload.</summary>
internal readonly record struct RecordHeader
{
    private const int PayloadCrcOffset = 20;
    private const int ChainOffset = 24;
    private const int HeaderCrcOffset = 28;

    public int PayloadBytes { get; private init; }

    public byte Type { get; private init; }

    public byte Flags { get; private init; }

    public ulong Lsn { get; private init; }

    public uint Epoch { get; private init; }

    public uint PayloadCrc { get; private init; }

    public uint Chain { get; private init; }

    public bool IsMarker => Type >= WalFormat.FirstMarkerType;

    public bool Last => (Flags & WalFormat.LastFlag) != 0;

    public int FrameBytes => WalFormat.FrameBytes(PayloadBytes);

    /// <summary>Writes what is known when a record is framed; <see cref="Seal"/> adds the rest.</summary>
    public static void WriteUnsealed(Span<byte> into, int payloadBytes, byte type, bool last, ulong lsn)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, payloadBytes);
        into[4] = type;
        into[5] = last ? WalFormat.LastFlag : (byte)0;
        into[6..8].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], lsn);
        into[16..WalFormat.RecordHeaderBytes].Clear();
    }

    /// <summary>Reads the fields of a header that this process framed itself.</summary>
    public static RecordHeader ReadTrusted(ReadOnlySpan<byte> bytes) => new()
    {
        PayloadBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes),
        Type = bytes[4],
        Flags = bytes[5],
        Lsn = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        Epoch = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
        PayloadCrc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[PayloadCrcOffset..]),
        Chain = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChainOffset..]),
    };

    /// <summary>Reads a header of a file; false when these bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, SegmentChecksum checksum, uint epoch, out RecordHeader header)
    {
        Debug.Assert(bytes.Length == WalFormat.RecordHeaderBytes, "a whole header");
        header = ReadTrusted(bytes);
        return (uint)header.PayloadBytes <= WalFormat.MaxRecordBytes
            && header.Type != 0
            && (header.Flags & ~WalFormat.LastFlag) == 0
            && bytes[6] == 0 && bytes[7] == 0
            && header.Epoch == epoch
            && checksum.Header(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[HeaderCrcOffset..]);
    }

    /// <summary>Fills in epoch and checksums of a framed record and gives the chain after it.</summary>
    public static uint Seal(Span<byte> frame, SegmentChecksum checksum, uint epoch, uint chain)
    {
        int payloadBytes = BinaryPrimitives.ReadInt32LittleEndian(frame);
        ReadOnlySpan<byte> payload = frame.Slice(WalFormat.RecordHeaderBytes, payloadBytes);
        Span<byte> header = frame[..WalFormat.RecordHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(header[PayloadCrcOffset..], checksum.Payload(payload));
        uint next = checksum.Chain(chain, header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChainOffset..], next);
        BinaryPrimitives.WriteUInt32LittleEndian(header[HeaderCrcOffset..], checksum.Header(header));
        return next;
    }
}
