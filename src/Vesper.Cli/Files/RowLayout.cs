using System.Diagnostics;

namespace Vesper.Cli.Files;

/// <summary>The component type of a row file.</summary>
internal enum RowElement
{
    /// <summary>IEEE 754, 32 bits.</summary>
    Float32,

    /// <summary>IEEE 754, 64 bits; narrowed when read.</summary>
    Float64,

    /// <summary>0 to 255.</summary>
    UInt8,

    /// <summary>−128 to 127.</summary>
    Int8,

    /// <summary>Row numbers of a ground truth.</summary>
    Int32,
}

/// <summary>Where the rows of a file lie: all row formats come down to this.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Dimensions">Components of a row.</param>
/// <param name="DataOffset">Byte offset of the first row.</param>
/// <param name="RowPrefixBytes">0, or 4 where each row begins with its own number of components.</param>
/// <param name="Element">The component type.</param>
internal readonly record struct RowLayout(
    long Count, int Dimensions, long DataOffset, int RowPrefixBytes, RowElement Element)
{
    /// <summary>Bytes of a component.</summary>
    public int ElementBytes => SizeOf(Element);

    /// <summary>Bytes from one row to the next.</summary>
    public int RowBytes => RowPrefixBytes + (Dimensions * ElementBytes);

    /// <summary>Bytes of the whole file.</summary>
    public long FileBytes => DataOffset + (Count * RowBytes);

    /// <summary>Bytes of a component of a type.</summary>
    public static int SizeOf(RowElement element) => element switch
    {
        RowElement.Float64 => 8,
        RowElement.UInt8 or RowElement.Int8 => 1,
        _ => 4,
    };

    /// <summary>Throws unless the file is exactly as long as its header says.</summary>
    public RowLayout CheckSize(string path, long length)
    {
        Debug.Assert(Dimensions is >= 1 and <= Limits.Dimensions, "dimensions are checked before the size");
        Debug.Assert(Count is >= 0 and <= uint.MaxValue, "the product below stays far under 2^63");
        if (length != FileBytes)
        {
            throw new CorruptDataException(
                path,
                Math.Min(length, FileBytes),
                $"{FileBytes} bytes in all, for {Count} rows of {Dimensions} {Name(Element)} components",
                $"{length} bytes");
        }

        return this;
    }

    /// <summary>Throws unless a number read from a header can be a number of dimensions.</summary>
    public static int CheckDimensions(string path, long offset, long dimensions) =>
        dimensions is >= 1 and <= Limits.Dimensions
            ? (int)dimensions
            : throw new CorruptDataException(path, offset, $"1 to {Limits.Dimensions} dimensions", $"{dimensions}");

    private static string Name(RowElement element) => element switch
    {
        RowElement.Float32 => "float32",
        RowElement.Float64 => "float64",
        RowElement.UInt8 => "uint8",
        RowElement.Int8 => "int8",
        _ => "int32",
    };
}
