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
    private uint _rows;

    /// <summary>Begins a file of rows of <paramref name="width"/> ids.</summary>
    public IbinWriter(string path, int width)
    {
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
        _rows++;
    }

    /// <summary>Completes the file under its name.</summary>
    public void Complete()
    {
        _file.Stream.Seek(0, SeekOrigin.Begin);
        WriteHeader();
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
        BinaryPrimitives.WriteUInt32LittleEndian(header, _rows);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], _row.Length / 4);
        _file.Stream.Write(header);
    }
}
