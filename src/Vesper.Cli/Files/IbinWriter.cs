using System.Buffers.Binary;
using System.Diagnostics;

namespace Vesper.Cli.Files;

/// <summary>
/// Writes rows of numeric ids as <c>.ibin</c>, short rows padded with −1. The file appears under its name when it is
/// whole.
/// </summary>
internal sealed class IbinWriter : IDisposable
{
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
    public void Write(IReadOnlyList<SearchHit> hits)
    {
        Debug.Assert(hits.Count * 4 <= _row.Length, "a search returns at most k results");
        for (var i = 0; i < _row.Length / 4; i++)
        {
            var id = i < hits.Count ? ToInt32(hits[i].Id) : -1;
            BinaryPrimitives.WriteInt32LittleEndian(_row.AsSpan(i * 4), id);
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
