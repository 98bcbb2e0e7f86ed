using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>The first 60 bytes.</summary>
/// <param name="HasSections">False for version 1.0, where payloads follow one another without headers.</param>
/// <param name="MetadataBytes">Of metadata between this header and the first section; 0 in files of ours.</param>
internal readonly record struct IvfPqFileHeader(
    IvfPqShape Shape, bool HasSections, bool HasRotation, ulong Vectors, ulong BuildSeconds, int MetadataBytes = 0)
{
    private const uint RotationFlag = 1;

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> into)
    {
        Debug.Assert(into.Length == IvfPqFileLayout.HeaderBytes && Shape.Problem is null, "checked by the writer");
        into.Clear();
        (HasSections ? IvfPqFileLayout.Magic11 : IvfPqFileLayout.Magic10).CopyTo(into);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], IvfPqFileLayout.VersionMajor);
        BinaryPrimitives.WriteUInt16LittleEndian(into[10..], (ushort)(HasSections ? 1 : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(into[12..], HasRotation ? RotationFlag : 0);
        BinaryPrimitives.WriteInt32LittleEndian(into[16..], Shape.Dimensions);
        BinaryPrimitives.WriteInt32LittleEndian(into[20..], Shape.Lists);
        BinaryPrimitives.WriteInt32LittleEndian(into[24..], Shape.Parts);
        BinaryPrimitives.WriteInt32LittleEndian(into[28..], Shape.Bits);
        BinaryPrimitives.WriteInt32LittleEndian(into[32..], Shape.PartDimensions);
        BinaryPrimitives.WriteUInt64LittleEndian(into[36..], Vectors);
        BinaryPrimitives.WriteInt32LittleEndian(into[44..], Shape.Parts);
        BinaryPrimitives.WriteUInt64LittleEndian(into[48..], BuildSeconds);
        BinaryPrimitives.WriteInt32LittleEndian(into[56..], MetadataBytes);
    }

    /// <summary>Reads and validates a header on its own; sizes are held against the file later.</summary>
    public static IvfPqFileHeader Read(ReadOnlySpan<byte> bytes, string path)
    {
        bool hasSections = ReadVersion(bytes, path);
        var shape = new IvfPqShape(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]));
        if (shape.Problem is { } problem)
        {
            throw new CorruptDataException(path, 16, $"header: {problem}", $"{shape}");
        }

        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        Require(flags <= RotationFlag, path, 12, "no flag but that of a rotation", flags);
        uint partDimensions = BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]);
        Require(partDimensions == shape.PartDimensions, path, 32, $"{shape.PartDimensions} a part", partDimensions);
        uint codeBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]);
        Require(codeBytes == shape.Parts, path, 44, $"codes of {shape.Parts} bytes", codeBytes);
        uint metadata = BinaryPrimitives.ReadUInt32LittleEndian(bytes[56..]);
        int metadataMax = hasSections ? IvfPqMetadata.BytesMax : 0;
        Require(metadata <= metadataMax, path, 56, $"at most {metadataMax} bytes of metadata", metadata);
        return new IvfPqFileHeader(
            shape,
            hasSections,
            flags == RotationFlag,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[36..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]),
            (int)metadata);
    }

    /// <summary>Whether there are sections. Another major version is told apart from damage.</summary>
    private static bool ReadVersion(ReadOnlySpan<byte> bytes, string path)
    {
        if (!bytes.StartsWith(IvfPqFileLayout.Magic11[..6]))
        {
            throw new CorruptDataException(
                path, 0, "header: the mark of an IVF-PQ file", Convert.ToHexString(bytes[..8]));
        }

        ushort major = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (major != IvfPqFileLayout.VersionMajor)
        {
            throw new FormatVersionException(path, major, IvfPqFileLayout.VersionMajor, IvfPqFileLayout.VersionMajor);
        }

        ushort minor = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        bool isKnown = bytes.StartsWith(minor == 0 ? IvfPqFileLayout.Magic10 : IvfPqFileLayout.Magic11);
        Require(isKnown, path, 10, "header: the minor version of the mark", minor);
        return minor > 0;
    }

    private static void Require(bool holds, string path, long offset, string expected, long found)
    {
        if (!holds)
        {
            throw new CorruptDataException(path, offset, $"header: {expected}", $"{found}");
        }
    }
}
