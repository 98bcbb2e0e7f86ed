using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Cli.Files;

namespace Vesper.Bench.Datasets;

/// <summary>Writes a <c>.fbin</c> file, which appears under its name when it is whole.</summary>
internal sealed class FbinWriter : IDisposable
{
    private readonly OutputFile _file;
    private readonly int _rows;
    private readonly int _dimensions;
    private long _written;

    /// <summary>Begins a file of a known number of rows.</summary>
    public FbinWriter(string path, int rows, int dimensions)
    {
        Debug.Assert(BitConverter.IsLittleEndian, "the drivers read the bytes as they are");
        _rows = rows;
        _dimensions = dimensions;
        _file = new OutputFile(path);
        _file.Stream.Write(MemoryMarshal.AsBytes<int>([rows, dimensions]));
    }

    /// <summary>Adds whole rows.</summary>
    public void Write(ReadOnlySpan<float> rows)
    {
        Debug.Assert(rows.Length % _dimensions == 0, "whole rows");
        _file.Stream.Write(MemoryMarshal.AsBytes(rows));
        _written += rows.Length;
    }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        Debug.Assert(_written == (long)_rows * _dimensions, "as many rows as the header says");
        _file.Complete();
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose() => _file.Dispose();
}
