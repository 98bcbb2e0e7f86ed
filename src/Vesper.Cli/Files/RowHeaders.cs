using System.Buffers.Binary;

namespace Vesper.Cli.Files;

/// <summary>
/// The headers of the two plain families: <c>.fbin</c> and its kin (int32 count, int32 dimensions, rows) and
/// <c>.fvecs</c> and its kin (each row begins with its int32 dimensions). Both are little-endian.
/// </summary>
internal static class RowHeaders
{
    private const int BinHeaderBytes = 8;
    private const int VecsPrefixBytes = 4;

    /// <summary>The layout of a <c>.fbin</c>, <c>.u8bin</c>, <c>.i8bin</c> or <c>.ibin</c> file.</summary>
    public static RowLayout ReadBin(InputFile file, RowElement element)
    {
        Span<byte> header = stackalloc byte[BinHeaderBytes];
        file.ReadExactly(header, 0, "a header of row count and dimensions");
        var count = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (count < 0)
        {
            throw new CorruptDataException(file.Path, 0, "a row count of at least 0", $"{count}");
        }

        var stated = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        var dimensions = RowLayout.CheckDimensions(file.Path, 4, stated);
        return new RowLayout(count, dimensions, BinHeaderBytes, 0, element).CheckSize(file.Path, file.Length);
    }

    /// <summary>
    /// The layout of a <c>.fvecs</c>, <c>.bvecs</c> or <c>.ivecs</c> file; each row's own prefix is checked when read.
    /// </summary>
    public static RowLayout ReadVecs(InputFile file, RowElement element)
    {
        if (file.Length == 0)
        {
            // No row says how wide rows are, and none is read.
            return new RowLayout(0, 1, 0, VecsPrefixBytes, element);
        }

        Span<byte> prefix = stackalloc byte[VecsPrefixBytes];
        file.ReadExactly(prefix, 0, "the dimensions of the first row");
        var stated = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        var dimensions = RowLayout.CheckDimensions(file.Path, 0, stated);
        var rowBytes = VecsPrefixBytes + (dimensions * RowLayout.SizeOf(element));
        var count = file.Length / rowBytes;
        if (count * rowBytes != file.Length)
        {
            throw new CorruptDataException(
                file.Path,
                count * rowBytes,
                $"whole rows of {rowBytes} bytes",
                $"{file.Length - (count * rowBytes)} bytes");
        }

        return new RowLayout(count, dimensions, 0, VecsPrefixBytes, element).CheckSize(file.Path, file.Length);
    }
}
