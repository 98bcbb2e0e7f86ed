using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Storage.Formats;

namespace Vesper.Storage.Wal;

/// <summary>
/// The checksums of one segment's records: CRC-32C over salt ‖ data. A random salt per segment keeps bytes of another
/// segment, of another file or of a client from ever passing as records of this one.
/// </summary>
internal readonly struct SegmentChecksum
{
    /// <summary>The chain and header checksums stand last in a header and count as zero.</summary>
    private const int ChainedBytes = 24;

    private readonly uint _seed;

    public SegmentChecksum(ulong salt)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, salt);
        _seed = Crc32C.Compute(bytes);
    }

    public uint Payload(ReadOnlySpan<byte> payload) => Crc32C.Append(_seed, payload);

    /// <summary>
    /// The chain after a record: over the chain before it ‖ its header without chain and header checksum.
    /// </summary>
    public uint Chain(uint previous, ReadOnlySpan<byte> header)
    {
        Debug.Assert(header.Length == WalFormat.RecordHeaderBytes, "a whole header");
        Span<byte> bytes = stackalloc byte[sizeof(uint) + WalFormat.RecordHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, previous);
        header[..ChainedBytes].CopyTo(bytes[sizeof(uint)..]);
        bytes[(sizeof(uint) + ChainedBytes)..].Clear();
        return Crc32C.Append(_seed, bytes);
    }

    public uint Header(ReadOnlySpan<byte> header)
    {
        Debug.Assert(header.Length == WalFormat.RecordHeaderBytes, "a whole header");
        Span<byte> bytes = stackalloc byte[WalFormat.RecordHeaderBytes];
        header[..^sizeof(uint)].CopyTo(bytes);
        bytes[^sizeof(uint)..].Clear();
        return Crc32C.Append(_seed, bytes);
    }
}
