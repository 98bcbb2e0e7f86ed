using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Storage.Wal;

/// <summary>Payload of a commit or closing marker.</summary>
/// <param name="LastLsn">The group ends with this record.</param>
/// <param name="DurableUpTo">Highest LSN known to be on stable storage when the marker was written.</param>
/// <param name="CommitUnixMicros">When; never less than in the marker before.</param>
internal readonly record struct CommitMarker(ulong LastLsn, ulong DurableUpTo, long CommitUnixMicros)
{
    public void Write(Span<byte> into)
    {
        Debug.Assert(into.Length >= WalFormat.MarkerPayloadBytes, "room for the marker");
        Debug.Assert(DurableUpTo <= LastLsn, "nothing is durable that does not exist");
        BinaryPrimitives.WriteUInt64LittleEndian(into, LastLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], DurableUpTo);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], CommitUnixMicros);
    }

    /// <summary>Reads a marker; false when the payload is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out CommitMarker marker)
    {
        marker = default;
        if (payload.Length != WalFormat.MarkerPayloadBytes)
        {
            return false;
        }

        marker = new CommitMarker(
            BinaryPrimitives.ReadUInt64LittleEndian(payload),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[16..]));
        return marker.DurableUpTo <= marker.LastLsn && marker.LastLsn < WalFormat.MaxLsn;
    }
}
