using System.Diagnostics;
using System.IO.Compression;

namespace Vesper.Cli.Files;

/// <summary>
/// Reads a UTF-8 text file line by line, unpacking it when its name ends in <c>.gz</c>. Lines of white space are passed
/// over. Memory: the longest line.
/// </summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>Longest line in bytes: room for 64 fields of 65,536 numbers.</summary>
    public const int MaxLineBytes = 64 << 20;

    private readonly FileStream _file;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Opens a file.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public LineReader(string path)
    {
        Path = path;
        _file = InputFile.OpenStream(path);
        _stream = IsPacked(path) ? new GZipStream(_file, CompressionMode.Decompress) : _file;
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>The line returned last, counted from 1, blank lines included.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Where the line returned last stands, for messages.</summary>
    public string Place => $"{Path}, line {LineNumber}";

    /// <summary>The extension of a file without a <c>.gz</c> behind it, in lower case.</summary>
    public static string ExtensionOf(string path) =>
        System.IO.Path.GetExtension(IsPacked(path) ? path[..^3] : path).ToLowerInvariant();

    /// <summary>Whether the name says that the file is packed with gzip.</summary>
    public static bool IsPacked(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The next line that is not blank, without its end; valid until the next call. False at the end of the file.
    /// </summary>
    /// <exception cref="CorruptDataException">The packed data is damaged or cut.</exception>
    /// <exception cref="LimitExceededException">A line is longer than <see cref="MaxLineBytes"/>.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (TryReadAny(out line))
        {
            LineNumber++;
            if (LineNumber == 1 && line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            if (!line.Trim(" \t\r"u8).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    private bool TryReadAny(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var held = _buffer.AsSpan(_start, _end - _start);
            var feed = held[searched..].IndexOf((byte)'\n');
            if (feed >= 0)
            {
                line = WithoutReturn(held[..(searched + feed)]);
                _start += searched + feed + 1;
                return true;
            }

            searched = held.Length;
            if (!_atEnd)
            {
                Refill();
                continue;
            }

            line = WithoutReturn(held);
            _start = _end;
            return searched > 0;
        }
    }

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) =>
        line is [.. var text, (byte)'\r'] ? text : line;

    private void Refill()
    {
        Debug.Assert(_start <= _end && _end <= _buffer.Length, "the held bytes lie in the buffer");
        if (_end - _start == _buffer.Length)
        {
            if (_buffer.Length >= MaxLineBytes)
            {
                throw new LimitExceededException(
                    $"{Path}, line {LineNumber + 1}", _buffer.Length, MaxLineBytes - 1, "bytes");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var read = ReadSome();
        _end += read;
        _atEnd = read == 0;
    }

    private int ReadSome()
    {
        try
        {
            return _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException error)
        {
            throw new CorruptDataException(Path, _file.Position, "whole gzip data", error.Message.TrimEnd('.'));
        }
    }
}
