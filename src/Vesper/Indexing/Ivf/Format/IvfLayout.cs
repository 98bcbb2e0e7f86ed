using System.Buffers.Binary;
using Vesper.Indexing.Ivf.Lists;

namespace Vesper.Indexing.Ivf.Format;

/// <summary>What the header of a stored inverted file says (docs/formats/ivf.md); the rest follows from it.</summary>
internal readonly record struct IvfHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Bytes = 64;

    public required Metric Metric { get; init; }

    public required IvfEncoding Encoding { get; init; }

    /// <summary>Bits of a code, where the encoding has a choice; else 0.</summary>
    public required int Bits { get; init; }

    /// <summary>Whether residuals are rotated before product quantization.</summary>
    public required bool IsRotated { get; init; }

    public required int Dimensions { get; init; }

    public required int Lists { get; init; }

    /// <summary>Parts of the product quantizer; else 0.</summary>
    public required int Parts { get; init; }

    /// <summary>Entries of all lists.</summary>
    public required int Entries { get; init; }

    /// <summary>Seed of the random rotation of RaBitQ; else 0.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Width of RaBitQ's error bound; else 0.</summary>
    public required float BoundWidth { get; init; }

    /// <summary>Bytes of a block of 32 rows, as a check.</summary>
    public required int BlockBytes { get; init; }

    /// <summary>Floats that describe the quantizer.</summary>
    public long QuantizerFloats => Encoding switch
    {
        IvfEncoding.Scalar => 2L * Dimensions,
        IvfEncoding.Product => ((long)Dimensions << Bits) + (IsRotated ? (long)Dimensions * Dimensions : 0),
        _ => 0,
    };

    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        bytes[0] = (byte)Metric;
        bytes[1] = (byte)Encoding;
        bytes[2] = (byte)Bits;
        bytes[3] = IsRotated ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Dimensions);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], Lists);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Parts);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], Entries);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], BlockBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Seed);
        BinaryPrimitives.WriteSingleLittleEndian(bytes[32..], BoundWidth);
    }

    public static IvfHeader Read(ReadOnlySpan<byte> bytes) => new()
    {
        Metric = (Metric)bytes[0],
        Encoding = (IvfEncoding)bytes[1],
        Bits = bytes[2],
        IsRotated = bytes[3] == 1,
        Dimensions = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
        Lists = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        Parts = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        Entries = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
        BlockBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
        Seed = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        BoundWidth = BinaryPrimitives.ReadSingleLittleEndian(bytes[32..]),
    };
}

/// <summary>Where the parts of a stored inverted file lie; each starts on a multiple of 64 bytes.</summary>
internal readonly record struct IvfLayout
{
    private const int Alignment = 64;

    public IvfLayout(in IvfHeader header)
    {
        Quantizer = Align(Centroids + ((long)header.Lists * header.Dimensions * sizeof(float)));
        Starts = Align(Quantizer + (header.QuantizerFloats * sizeof(float)));
        Ordinals = Align(Starts + ((header.Lists + 1L) * sizeof(int)));
        Blocks = Align(Ordinals + ((long)header.Entries * sizeof(int)));
    }

    /// <summary>f32[lists × dimensions].</summary>
    public static long Centroids => IvfHeader.Bytes;

    /// <summary>f32: what the encoding needs.</summary>
    public long Quantizer { get; }

    /// <summary>i32[lists + 1]: where each list's entries start; the last is the number of entries.</summary>
    public long Starts { get; }

    /// <summary>i32[entries].</summary>
    public long Ordinals { get; }

    /// <summary>Blocks of 32 rows, list after list, to the end.</summary>
    public long Blocks { get; }

    public static long Align(long offset) => (offset + Alignment - 1) & -Alignment;

    /// <summary>Blocks of all lists.</summary>
    public static long BlockCount(ReadOnlySpan<int> starts)
    {
        var blocks = 0L;
        for (var list = 0; list + 1 < starts.Length; list++)
        {
            blocks += ListPiece.BlocksFor(starts[list + 1] - starts[list]);
        }

        return blocks;
    }
}
