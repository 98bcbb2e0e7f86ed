using System.Diagnostics;

namespace Vesper.Cli.Files;

/// <summary>Points of a vector file, with payloads and ids from files beside it, line n for row n.</summary>
internal sealed class RowPointReader : IPointReader
{
    private readonly RowFile _vectors;
    private readonly LineReader? _payloads;
    private readonly IdFile? _ids;
    private readonly string _field;
    private long _firstRead;
    private bool _endChecked;

    /// <summary>Opens the files.</summary>
    public RowPointReader(PointInput input)
    {
        _vectors = RowFile.OpenVectors(input.VectorsPath);
        _field = input.Field;
        try
        {
            _payloads = input.PayloadPath is null ? null : new LineReader(input.PayloadPath);
            _ids = input.IdsPath is null ? null : new IdFile(input.IdsPath);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long? Total => _vectors.Count;

    /// <inheritdoc/>
    public long Position => _vectors.Position;

    /// <inheritdoc/>
    public void Skip(long rows)
    {
        var from = Position;
        _vectors.Skip(rows);
        for (var row = from; row < Position; row++)
        {
            SkipLine(_payloads, row);
            SkipLine(_ids?.Lines, row);
        }
    }

    /// <inheritdoc/>
    public int Read(List<Point> into, int most)
    {
        Debug.Assert(most > 0, "a batch holds at least one point");
        var first = Position;
        var rows = (int)Math.Min(most, _vectors.Count - first);
        _firstRead = first;
        if (rows == 0)
        {
            CheckEnd();
            return 0;
        }

        var vectors = new float[rows * _vectors.Dimensions];
        var read = _vectors.Read(vectors.AsSpan());
        Debug.Assert(read == rows, "the size was checked");
        for (var i = 0; i < rows; i++)
        {
            var vector = vectors.AsMemory(i * _vectors.Dimensions, _vectors.Dimensions);
            into.Add(MakePoint(ReadId(first + i), vector, ReadPayload(first + i)));
        }

        return rows;
    }

    /// <inheritdoc/>
    public string PlaceOf(int index) => $"{_vectors.Path}, row {_firstRead + index}";

    /// <inheritdoc/>
    public void Dispose()
    {
        _vectors.Dispose();
        _payloads?.Dispose();
        _ids?.Dispose();
    }

    private Point MakePoint(PointId id, ReadOnlyMemory<float> vector, Payload? payload) =>
        _field.Length == 0
            ? new Point(id, vector, payload)
            : new Point(
                id,
                new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal) { [_field] = vector },
                payload);

    private PointId ReadId(long row)
    {
        if (_ids is null)
        {
            return new PointId((ulong)row);
        }

        return _ids.TryRead(out var id) ? id : throw EndsEarly(_ids.Lines, row);
    }

    private Payload? ReadPayload(long row)
    {
        if (_payloads is null)
        {
            return null;
        }

        return _payloads.TryRead(out var line)
            ? JsonPoint.ParsePayload(_payloads.Place, line)
            : throw EndsEarly(_payloads, row);
    }

    private void SkipLine(LineReader? lines, long row)
    {
        if (lines is not null && !lines.TryRead(out _))
        {
            throw EndsEarly(lines, row);
        }
    }

    private SchemaException EndsEarly(LineReader lines, long row) =>
        new(lines.Path, $"has {row} lines for the {_vectors.Count} vectors of {_vectors.Path}");

    private void CheckEnd()
    {
        if (_endChecked)
        {
            return;
        }

        _endChecked = true;
        CheckEnd(_payloads);
        CheckEnd(_ids?.Lines);
    }

    private void CheckEnd(LineReader? lines)
    {
        var left = 0L;
        while (lines is not null && lines.TryRead(out _))
        {
            left++;
        }

        if (left > 0)
        {
            throw new SchemaException(
                lines!.Path, $"has {_vectors.Count + left} lines for the {_vectors.Count} vectors of {_vectors.Path}");
        }
    }
}
