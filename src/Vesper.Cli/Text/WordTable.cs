using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Vesper.Cli.Files;

namespace Vesper.Cli.Text;

/// <summary>
/// Word vectors with the inverse document frequency of each word, as 8-bit numbers with one scale a word. The format is
/// described in samples/README.md.
/// </summary>
internal sealed class WordTable
{
    private const int HeaderBytes = 20;
    private const int MaxFileBytes = 1 << 28;

    private readonly Dictionary<string, int> _rows;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly float[] _idf;
    private readonly float[] _scales;
    private readonly sbyte[] _codes;

    private WordTable(Dictionary<string, int> rows, float[] idf, float[] scales, sbyte[] codes)
    {
        Debug.Assert(idf.Length == rows.Count && scales.Length == rows.Count, "one of each for every word");
        _rows = rows;
        _lookup = rows.GetAlternateLookup<ReadOnlySpan<char>>();
        _idf = idf;
        _scales = scales;
        _codes = codes;
        Dimensions = codes.Length / rows.Count;
    }

    private static ReadOnlySpan<byte> Magic => "VWORDS1\0"u8;

    /// <summary>Words.</summary>
    public int Count => _rows.Count;

    /// <summary>Components of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Reads a table, unpacking it when its name ends in <c>.gz</c>.</summary>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="CorruptDataException">Foreign or damaged.</exception>
    public static WordTable Load(string path)
    {
        using var file = InputFile.OpenStream(path);
        using var stream = LineReader.IsPacked(path) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        try
        {
            return Read(path, stream);
        }
        catch (InvalidDataException error)
        {
            throw new CorruptDataException(path, file.Position, "whole gzip data", error.Message.TrimEnd('.'));
        }
        catch (EndOfStreamException)
        {
            throw new CorruptDataException(path, file.Position, "a whole word table", "the end of the file");
        }
    }

    /// <summary>Adds a word's vector times its IDF; false when the word is unknown.</summary>
    public bool TryAdd(ReadOnlySpan<char> word, Span<double> sum)
    {
        Debug.Assert(sum.Length == Dimensions, "the sum has the table's dimensions");
        if (!_lookup.TryGetValue(word, out var row))
        {
            return false;
        }

        var weight = (double)_idf[row] * _scales[row];
        var codes = _codes.AsSpan(row * Dimensions, Dimensions);
        for (var i = 0; i < codes.Length; i++)
        {
            sum[i] += weight * codes[i];
        }

        return true;
    }

    private static WordTable Read(string path, Stream stream)
    {
        var header = new byte[HeaderBytes];
        stream.ReadExactly(header);
        if (!header.AsSpan().StartsWith(Magic))
        {
            throw new CorruptDataException(
                path, 0, "the magic VWORDS1", Convert.ToHexString(header.AsSpan(0, Magic.Length)));
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        var dimensions = RowLayout.CheckDimensions(
            path, 12, BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)));
        var textBytes = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16));
        var bytes = textBytes + (count * (8L + dimensions));
        if (count == 0 || bytes > MaxFileBytes)
        {
            throw new CorruptDataException(
                path, 8, $"1 word or more in at most {MaxFileBytes} bytes", $"{count} in {bytes}");
        }

        var rows = ReadWords(path, stream, (int)count, (int)textBytes);
        var idf = ReadFloats(stream, (int)count);
        var scales = ReadFloats(stream, (int)count);
        var codes = new sbyte[(int)count * dimensions];
        stream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes.AsSpan()));
        return stream.ReadByte() < 0
            ? new WordTable(rows, idf, scales, codes)
            : throw new CorruptDataException(path, HeaderBytes + bytes, "the end of the table", "more bytes");
    }

    private static Dictionary<string, int> ReadWords(string path, Stream stream, int count, int textBytes)
    {
        var text = new byte[textBytes];
        stream.ReadExactly(text);
        var rows = new Dictionary<string, int>(count, StringComparer.Ordinal);
        foreach (var word in text.AsSpan().Split((byte)'\n'))
        {
            if (!text.AsSpan(word).IsEmpty && !rows.TryAdd(Encoding.UTF8.GetString(text.AsSpan(word)), rows.Count))
            {
                throw new CorruptDataException(path, HeaderBytes + word.Start.Value, "a new word", "a repeated one");
            }
        }

        return rows.Count == count
            ? rows
            : throw new CorruptDataException(path, HeaderBytes, $"{count} words", $"{rows.Count}");
    }

    private static float[] ReadFloats(Stream stream, int count)
    {
        var bytes = new byte[count * 4];
        stream.ReadExactly(bytes);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * 4));
        }

        return values;
    }
}
