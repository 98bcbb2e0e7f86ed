using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vesper.Cli.Files;

/// <summary>
/// The header of NumPy's <c>.npy</c> format, versions 1 to 3
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): magic, version, length, and a Python
/// dictionary as text. Two-dimensional arrays in C order are read, of float32, float64, uint8 or int8.
/// </summary>
internal static partial class NpyHeader
{
    private const int MagicBytes = 8;
    private const int MaxTextBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="CorruptDataException">Not a <c>.npy</c> file, or shorter or longer than its header
    /// says.</exception>
    /// <exception cref="SchemaException">An array that is not a table of vectors.</exception>
    public static RowLayout Read(InputFile file)
    {
        var text = ReadText(file, out var dataOffset);
        var element = ReadElement(file.Path, text);
        if (Require(file.Path, Order().Match(text), "'fortran_order'").Groups[1].Value != "False")
        {
            throw new SchemaException(file.Path, "is in Fortran order; save it in C order (numpy.ascontiguousarray)");
        }

        var shape = Require(file.Path, Shape().Match(text), "'shape'").Groups[1].Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (shape.Length != 2)
        {
            throw new SchemaException(file.Path, $"must have 2 axes (rows, dimensions), not {shape.Length}");
        }

        var count = uint.Parse(shape[0], CultureInfo.InvariantCulture);
        var dimensions = RowLayout.CheckDimensions(
            file.Path, MagicBytes, long.Parse(shape[1], CultureInfo.InvariantCulture));
        return new RowLayout(count, dimensions, dataOffset, 0, element).CheckSize(file.Path, file.Length);
    }

    private static string ReadText(InputFile file, out long dataOffset)
    {
        Span<byte> start = stackalloc byte[MagicBytes + 4];
        file.ReadExactly(start, 0, "the magic and version of a .npy file");
        if (!start[..Magic.Length].SequenceEqual(Magic))
        {
            throw new CorruptDataException(
                file.Path, 0, "the magic \\x93NUMPY", Convert.ToHexString(start[..Magic.Length]));
        }

        var version = start[6];
        if (version is < 1 or > 3)
        {
            throw new CorruptDataException(file.Path, 6, "version 1 to 3 of the .npy format", $"{version}");
        }

        var textOffset = version == 1 ? MagicBytes + 2 : MagicBytes + 4;
        var textBytes = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(start[MagicBytes..])
            : BinaryPrimitives.ReadUInt32LittleEndian(start[MagicBytes..]);
        if (textBytes > Math.Min(MaxTextBytes, file.Length - textOffset))
        {
            throw new CorruptDataException(
                file.Path, MagicBytes, $"a header of at most {MaxTextBytes} bytes that ends inside the file",
                $"{textBytes}");
        }

        var text = new byte[textBytes];
        file.ReadExactly(text, textOffset, "the header's text");
        dataOffset = textOffset + textBytes;
        return Encoding.UTF8.GetString(text);
    }

    private static RowElement ReadElement(string path, string text) =>
        Require(path, Description().Match(text), "'descr'").Groups[1].Value switch
        {
            "<f4" => RowElement.Float32,
            "<f8" => RowElement.Float64,
            "|u1" or "<u1" => RowElement.UInt8,
            "|i1" or "<i1" => RowElement.Int8,
            var other =>
                throw new SchemaException(path, $"has components of type {other}; read are <f4, <f8, |u1 and |i1"),
        };

    private static Match Require(string path, Match match, string key) =>
        match.Success
            ? match
            : throw new CorruptDataException(path, MagicBytes, $"a header with a readable {key}", "none");

    [GeneratedRegex(@"'descr'\s*:\s*'([^']{1,16})'", RegexOptions.CultureInvariant)]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(((?:\s*[0-9]{1,9}\s*,?){0,8})\)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
