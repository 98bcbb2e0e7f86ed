using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Vectors;

/// <summary>
/// Float32 vectors of one field: a growing matrix in the active segment, a loaded section in a sealed one.
/// </summary>
/// <remarks>
/// A sealed section's bytes are the matrix: count × stride floats, padding zero (docs/formats/graph.md), so loading
/// is reading. One writer appends; any number of threads read rows that are counted. Opening is lazy and thread-safe:
/// bytes load at first use.
/// </remarks>
internal sealed class FloatVectorStore : IVectorStore, IDisposable
{
    private readonly int _sealedCount;
    private readonly LazySection? _section;
    private readonly Lock _loading = new();
    private readonly float[] _row;
    private volatile Loaded? _loaded;
    private double _largestNorm;
    private int _measuredRows;

    /// <summary>An empty, growing store.</summary>
    public FloatVectorStore(Metric metric, int dimensions, MemoryScope scope)
    {
        Metric = metric;
        Dimensions = dimensions;
        _row = new float[FloatScorers.ColumnsFor(metric, dimensions)];
        _loaded = Bind(new RowMatrix<float>(_row.Length, scope));
    }

    private FloatVectorStore(LazySection section, Metric metric, int dimensions, int count)
    {
        _section = section;
        Metric = metric;
        _sealedCount = count;
        Dimensions = dimensions;
        _row = [];
    }

    /// <inheritdoc/>
    public int Count => _section is null ? _loaded!.Rows.Count : _sealedCount;

    /// <inheritdoc/>
    public int Dimensions { get; }

    /// <summary>How nearness is measured.</summary>
    public Metric Metric { get; }

    /// <summary>
    /// Opens the rows of a sealed segment; the bytes load at first use, all at once. Takes ownership of the section.
    /// </summary>
    /// <exception cref="CorruptDataException">The section's length does not fit the count and the
    /// dimensions.</exception>
    public static FloatVectorStore Open(LazySection section, Metric metric, int dimensions, int count)
    {
        var expected = count * RowBytes(metric, dimensions);
        if (count < 0 || section.Length != expected)
        {
            throw section.Corrupt(
                0, $"{expected} bytes for {count} rows of {dimensions} dimensions", $"{section.Length} bytes");
        }

        return new FloatVectorStore(section, metric, dimensions, count);
    }

    /// <summary>Appends a vector (one writer); under cosine its inverse norm is stored beside it.</summary>
    /// <returns>Its row number.</returns>
    public Ordinal Append(ReadOnlySpan<float> vector)
    {
        Debug.Assert(_section is null, "A sealed store takes no rows.");
        Debug.Assert(vector.Length == Dimensions, "The caller validates the dimensions.");
        vector.CopyTo(_row);
        if (Metric == Metric.Cosine)
        {
            _row[Dimensions] = FloatScorers.InverseNorm(vector);
        }

        return new Ordinal(Load().Rows.Append(_row));
    }

    /// <inheritdoc/>
    public IScorer ScorerFor(ReadOnlySpan<float> query) => Load().Scorers.ForQuery(query);

    /// <inheritdoc/>
    public IScorer ScorerFor(Ordinal row) => Load().Scorers.ForRow(row);

    /// <inheritdoc/>
    public void Read(Ordinal row, Span<float> into) => Load().Rows.Row(row.Value)[..Dimensions].CopyTo(into);

    /// <inheritdoc/>
    public double LargestNorm(int rows)
    {
        var loaded = Load();
        lock (_loading)
        {
            for (; _measuredRows < rows; _measuredRows++)
            {
                var norm = Reference.Norm(loaded.Rows.Row(_measuredRows)[..Dimensions]);
                _largestNorm = Math.Max(_largestNorm, norm);
            }

            return _largestNorm;
        }
    }

    /// <summary>Writes rows [0, count) as the open section's bytes: stride and padding as in memory.</summary>
    public void Write(SectionFileWriter file, int count)
    {
        var rows = Load().Rows;
        Debug.Assert(count >= 0 && count <= rows.Count, "Only rows that are there can be written.");
        var padding = new float[rows.Stride - rows.Columns];
        var start = file.SectionLength;
        for (var row = 0; row < count; row++)
        {
            file.Write(MemoryMarshal.AsBytes<float>(rows.Row(row)));
            file.Write(MemoryMarshal.AsBytes<float>(padding));
        }

        Debug.Assert(file.SectionLength - start == count * RowBytes(Metric, Dimensions), "A section is whole rows.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_loading)
        {
            _loaded?.Rows.Dispose();
            _section?.Dispose();
        }
    }

    private static long RowBytes(Metric metric, int dimensions) =>
        (long)RowMatrix<float>.StrideFor(FloatScorers.ColumnsFor(metric, dimensions)) * sizeof(float);

    private Loaded Load() => _loaded ?? LoadSection();

    private Loaded LoadSection()
    {
        lock (_loading)
        {
            // A failed load is not remembered: the next use tries again and reports for itself.
            var columns = FloatScorers.ColumnsFor(Metric, Dimensions);
            return _loaded ??= Bind(new RowMatrix<float>(columns, _section!.LoadAll(), 0, _sealedCount));
        }
    }

    private Loaded Bind(RowMatrix<float> rows) => new(rows, new FloatScorers(Metric, Dimensions, rows));

    private sealed record Loaded(RowMatrix<float> Rows, FloatScorers Scorers);
}
