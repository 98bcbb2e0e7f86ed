using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Vesper.Engine.Records;

/// <summary>
/// Writes the parts of log records: ids and length-prefixed bytes, little-endian (docs/formats/wal.md).
/// </summary>
internal static class RecordCodec
{
    public static int SizeOf(PointId id) => id.Kind switch
    {
        PointIdKind.Number => 9,
        PointIdKind.Uuid => 17,
        _ => 3 + Encoding.UTF8.GetByteCount(id.Text),
    };

    public static void Write(ArrayBufferWriter<byte> target, PointId id)
    {
        var bytes = target.GetSpan(SizeOf(id));
        bytes[0] = (byte)id.Kind;
        switch (id.Kind)
        {
            case PointIdKind.Number:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[1..], id.Number);
                break;
            case PointIdKind.Uuid:
                id.Uuid.TryWriteBytes(bytes[1..], bigEndian: true, out _);
                break;
            default:
                BinaryPrimitives.WriteUInt16LittleEndian(
                    bytes[1..], (ushort)Encoding.UTF8.GetBytes(id.Text, bytes[3..]));
                break;
        }

        target.Advance(SizeOf(id));
    }

    public static void Write(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(4), bytes.Length);
        target.Advance(4);
        target.Write(bytes);
    }
}

/// <summary>
/// Reads what <see cref="RecordCodec"/> writes; anything out of bounds is a <see cref="CorruptDataException"/>.
/// </summary>
internal ref struct RecordReader(ReadOnlySpan<byte> payload, Lsn lsn)
{
    private readonly ReadOnlySpan<byte> _payload = payload;
    private int _offset;

    public readonly bool AtEnd => _offset == _payload.Length;

    public PointId ReadId()
    {
        var kind = (PointIdKind)Take(1)[0];
        switch (kind)
        {
            case PointIdKind.Number:
                return new PointId(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));
            case PointIdKind.Uuid:
                return new PointId(new Guid(Take(16), bigEndian: true));
            case PointIdKind.Text:
                var start = _offset;
                var text = Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                return PointId.TryFromUtf8(text, out var id) ? id : throw Corrupt(start, "a string id");
            default:
                throw Corrupt(_offset - 1, "an id kind of 1 to 3");
        }
    }

    /// <summary>Bytes with a length before them, at most <paramref name="limit"/>.</summary>
    public ReadOnlySpan<byte> ReadBytes(int limit)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        return length >= 0 && length <= limit
            ? Take(length)
            : throw Corrupt(_offset - 4, $"a length of at most {limit}");
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _payload.Length - _offset)
        {
            throw Corrupt(_offset, $"{length} more bytes");
        }

        _offset += length;
        return _payload.Slice(_offset - length, length);
    }

    private readonly CorruptDataException Corrupt(int offset, string expected) =>
        new($"log record {lsn}", offset, expected, $"{_payload.Length - offset} bytes that do not fit");
}
