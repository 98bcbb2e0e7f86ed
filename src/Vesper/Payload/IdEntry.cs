using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Vesper.Payloads;

/// <summary>One id as it is stored: 24 bytes, little-endian (docs/formats/segment-payload.md).</summary>
/// <param name="Head">Kind in the low byte, zeros, and the text's length in the upper 32 bits.</param>
/// <param name="High">Upper half of a UUID (big-endian value); of a string its first 8 bytes as a big-endian
/// number.</param>
/// <param name="Low">A number, the lower half of a UUID, or where a string starts in the text section.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IdEntry(ulong Head, ulong High, ulong Low)
{
    /// <summary>Bytes of an entry.</summary>
    public const int Bytes = 24;

    public PointIdKind Kind => (PointIdKind)(byte)Head;

    public int TextLength => (int)(Head >> 32);

    /// <summary>The entry of an id; a string's text stands at <paramref name="textStart"/>.</summary>
    public static IdEntry Of(PointId id, ReadOnlySpan<byte> text, long textStart) => id.Kind == PointIdKind.Text
        ? new IdEntry((ulong)PointIdKind.Text | ((ulong)text.Length << 32), Prefix(text), (ulong)textStart)
        : new IdEntry((ulong)id.Kind, (ulong)(id.Bits >> 64), (ulong)id.Bits);

    /// <summary>The first 8 bytes as a number that orders as they do; shorter text is padded with zeros.</summary>
    public static ulong Prefix(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(text);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        text.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    /// <summary>The id that the entry stands for.</summary>
    public PointId ToId(ReadOnlySpan<byte> text) => Kind switch
    {
        PointIdKind.Number => new PointId(Low),
        PointIdKind.Uuid => PointId.OfUuidBits(new UInt128(High, Low)),
        _ => new PointId(Encoding.UTF8.GetString(text)),
    };

    public void WriteTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Head);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], High);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Low);
    }
}
