using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vesper.Bench.Datasets;

/// <summary>Rows of a prepared base, read one at a time by number. Any number of threads at once.</summary>
internal sealed class BaseRows : IDisposable
{
    private const int HeaderBytes = 8;

    private readonly SafeFileHandle _file;
    private readonly int _dimensions;

    /// <summary>Opens a prepared file.</summary>
    public BaseRows(string path, int dimensions)
    {
        _file = File.OpenHandle(path);
        _dimensions = dimensions;
    }

    /// <summary>Fills the span with one row.</summary>
    public void Read(int row, Span<float> into)
    {
        var bytes = MemoryMarshal.AsBytes(into[.._dimensions]);
        var offset = HeaderBytes + ((long)row * bytes.Length);
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(_file, bytes[done..], offset + done);
            done += read > 0 ? read : throw new EndOfStreamException($"the base has no row {row}");
        }
    }

    /// <summary>The rows of ids, for judging recall.</summary>
    public IReadOnlyList<float[]> Read(IReadOnlyList<PointId> ids)
    {
        var rows = new float[ids.Count][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new float[_dimensions];
            Read((int)ids[i].Number, rows[i]);
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
