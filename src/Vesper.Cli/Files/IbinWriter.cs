using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Cli.Files;

/// <summary>
/// Writes rows of numeric ids as <c>.ibin</c>, short rows padded with −1. The file appears under its name when it is
/// whole.
/// </summary>
internal sealed class IbinWriter : IDisposable
{
    private const int StackIds = 128;

    private readonly OutputFile _file;
    private readonly byte[] _row;
    private readonly long _rows;
    private long _written;

    /// <summary>
    /// Begins a file of so many rows of <paramref name="width"/> ids; they are told at once, as a pipe cannot be
    /// written to again.
    /// </summary>
    public IbinWriter(string path, long rows, int width)
    {
        if (rows > int.MaxValue)
        {
            throw new LimitExceededException("--out: rows", rows, int.MaxValue, "queries");
        }

        _rows = rows;
        Debug.Assert(width is >= 1 and <= Limits.SearchWindow, "the command line limits k");
        _row = new byte[width * 4];
        _file = new OutputFile(path);
        WriteHeader();
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="SchemaException">An id is not a number, or does not fit 31 bits.</exception>
    public void Write(IReadOnlyList<SearchHit> hits) => Write(hits.Select(hit => hit.Id).ToArray());

    /// <inheritdoc cref="Write(IReadOnlyList{SearchHit})"/>
    public void Write(ReadOnlySpan<PointId> ids)
    {
        Span<int> numbers = stackalloc int[StackIds];
        numbers = ids.Length <= StackIds ? numbers[..ids.Length] : new int[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            numbers[i] = ToInt32(ids[i]);
        }

        Write(numbers);
    }

    /// <summary>Adds a row.</summary>
    public void Write(ReadOnlySpan<int> ids)
    {
        Debug.Assert(ids.Length * 4 <= _row.Length, "a search returns at most k results");
        for (var i = 0; i < _row.Length / 4; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_row.AsSpan(i * 4), i < ids.Length ? ids[i] : -1);
        }

        _file.Stream.Write(_row);
        _written++;
    }

    /// <summary>Completes the file under its name.</summary>
    /// <exception cref="SchemaException">Other rows were written than were told.</exception>
    public void Complete()
    {
        if (_written != _rows)
        {
            throw new SchemaException("--out", $"there were {_rows} queries, and now there are {_written}");
        }

        _file.Complete();
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose() => _file.Dispose();

    private static int ToInt32(PointId id) =>
        id.Kind == PointIdKind.Number && id.Number <= int.MaxValue
            ? (int)id.Number
            : throw new SchemaException(
                "--out", $"the id '{id}' is not a number of at most 31 bits, which .ibin needs");

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(header, (int)_rows);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], _row.Length / 4);
        _file.Stream.Write(header);
    }
}
