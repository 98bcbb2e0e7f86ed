using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vesper.Cli.Files;

/// <summary>
/// A file of fixed-width rows, read forward through one buffer: its memory does not depend on the file's size. The
/// format is told by the extension. The header is checked against the file's size before anything is read.
/// </summary>
internal sealed class RowFile : IDisposable
{
    /// <summary>The extensions that are read as vectors, for messages and help.</summary>
    public const string VectorFormats = ".fbin .u8bin .i8bin .fvecs .bvecs .npy";

    private const int BufferBytes = 1 << 20;

    private readonly InputFile _file;
    private readonly byte[] _buffer;

    private RowFile(InputFile file, RowLayout layout)
    {
        _file = file;
        Layout = layout;
        _buffer = new byte[Math.Max(1, BufferBytes / layout.RowBytes) * layout.RowBytes];
    }

    /// <summary>The path as it was given.</summary>
    public string Path => _file.Path;

    /// <summary>Where the rows lie.</summary>
    public RowLayout Layout { get; }

    /// <summary>Rows.</summary>
    public long Count => Layout.Count;

    /// <summary>Components of a row.</summary>
    public int Dimensions => Layout.Dimensions;

    /// <summary>The row that is read next.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the extension is one that <see cref="OpenVectors"/> reads.</summary>
    public static bool IsVectorFile(string path) => VectorFormats.Split(' ').Contains(Extension(path));

    /// <summary>Opens a file of vectors.</summary>
    /// <exception cref="SchemaException">Not an extension of a vector file.</exception>
    /// <exception cref="CorruptDataException">Foreign, or shorter or longer than its header says.</exception>
    public static RowFile OpenVectors(string path) => Open(path, Extension(path) switch
    {
        ".fbin" => file => RowHeaders.ReadBin(file, RowElement.Float32),
        ".u8bin" => file => RowHeaders.ReadBin(file, RowElement.UInt8),
        ".i8bin" => file => RowHeaders.ReadBin(file, RowElement.Int8),
        ".fvecs" => file => RowHeaders.ReadVecs(file, RowElement.Float32),
        ".bvecs" => file => RowHeaders.ReadVecs(file, RowElement.UInt8),
        ".npy" => NpyHeader.Read,
        _ => throw new SchemaException(path, $"not a kind of vector file that is read: {VectorFormats}"),
    });

    /// <summary>Opens a ground truth: rows of row numbers.</summary>
    /// <exception cref="SchemaException">Not <c>.ibin</c> or <c>.ivecs</c>.</exception>
    /// <exception cref="CorruptDataException">Foreign, or shorter or longer than its header says.</exception>
    public static RowFile OpenTruth(string path) => Open(path, Extension(path) switch
    {
        ".ibin" => file => RowHeaders.ReadBin(file, RowElement.Int32),
        ".ivecs" => file => RowHeaders.ReadVecs(file, RowElement.Int32),
        _ => throw new SchemaException(path, "not a kind of ground truth that is read: .ibin .ivecs"),
    });

    /// <summary>Passes over rows, at most to the end.</summary>
    public void Skip(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        Position = Math.Min(Count, Position + Math.Min(rows, Count));
    }

    /// <summary>Reads rows as float32 until the span or the file ends; returns how many.</summary>
    public int Read(Span<float> into)
    {
        Debug.Assert(Layout.Element != RowElement.Int32, "a ground truth is not read as vectors");
        var rows = (int)Math.Min(into.Length / Dimensions, Count - Position);
        var done = 0;
        while (done < rows)
        {
            var bytes = Fill(rows - done);
            for (var start = 0; start < bytes.Length; start += Layout.RowBytes, done++)
            {
                var row = bytes.Slice(start + Layout.RowPrefixBytes, Dimensions * Layout.ElementBytes);
                Widen(row, into.Slice(done * Dimensions, Dimensions));
            }
        }

        return rows;
    }

    /// <summary>Reads rows of a ground truth until the span or the file ends; returns how many.</summary>
    public int Read(Span<int> into)
    {
        Debug.Assert(Layout.Element == RowElement.Int32, "vectors are not read as a ground truth");
        var rows = (int)Math.Min(into.Length / Dimensions, Count - Position);
        var done = 0;
        while (done < rows)
        {
            var bytes = Fill(rows - done);
            for (var start = 0; start < bytes.Length; start += Layout.RowBytes, done++)
            {
                for (var i = 0; i < Dimensions; i++)
                {
                    into[(done * Dimensions) + i] =
                        BinaryPrimitives.ReadInt32LittleEndian(bytes[(start + Layout.RowPrefixBytes + (i * 4))..]);
                }
            }
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static RowFile Open(string path, Func<InputFile, RowLayout> readHeader)
    {
        var file = InputFile.Open(path);
        try
        {
            return new RowFile(file, readHeader(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static string Extension(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant();

    private ReadOnlySpan<byte> Fill(int mostRows)
    {
        var rows = Math.Min(mostRows, _buffer.Length / Layout.RowBytes);
        Debug.Assert(rows > 0 && Position + rows <= Count, "reads stay inside the file");
        var bytes = _buffer.AsSpan(0, rows * Layout.RowBytes);
        var offset = Layout.DataOffset + (Position * Layout.RowBytes);
        _file.ReadExactly(bytes, offset, $"{rows} rows");
        for (var row = 0; Layout.RowPrefixBytes > 0 && row < rows; row++)
        {
            var prefix = BinaryPrimitives.ReadInt32LittleEndian(bytes[(row * Layout.RowBytes)..]);
            if (prefix != Dimensions)
            {
                throw new CorruptDataException(
                    Path,
                    offset + ((long)row * Layout.RowBytes),
                    $"{Dimensions} dimensions, as in the first row",
                    $"{prefix}");
            }
        }

        Position += rows;
        return bytes;
    }

    private void Widen(ReadOnlySpan<byte> row, Span<float> into)
    {
        Debug.Assert(into.Length == Dimensions, "one row at a time");
        switch (Layout.Element)
        {
            case RowElement.Float32 when BitConverter.IsLittleEndian:
                MemoryMarshal.Cast<byte, float>(row).CopyTo(into);
                break;
            case RowElement.Float32:
                for (var i = 0; i < into.Length; i++)
                {
                    into[i] = BinaryPrimitives.ReadSingleLittleEndian(row[(i * 4)..]);
                }

                break;
            case RowElement.Float64:
                for (var i = 0; i < into.Length; i++)
                {
                    into[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(row[(i * 8)..]);
                }

                break;
            case RowElement.UInt8:
                for (var i = 0; i < into.Length; i++)
                {
                    into[i] = row[i];
                }

                break;
            default:
                for (var i = 0; i < into.Length; i++)
                {
                    into[i] = (sbyte)row[i];
                }

                break;
        }
    }
}
