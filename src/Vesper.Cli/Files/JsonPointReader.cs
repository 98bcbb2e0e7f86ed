namespace Vesper.Cli.Files;

/// <summary>
/// Points of a file of JSON lines, each with its id (the row number when it has none), vectors and payload.
/// </summary>
internal sealed class JsonPointReader(string path, string field) : IPointReader
{
    private readonly LineReader _lines = new(path);
    private readonly List<long> _lineNumbers = [];

    /// <inheritdoc/>
    public long? Total => null;

    /// <inheritdoc/>
    public long Position { get; private set; }

    /// <inheritdoc/>
    public void Skip(long rows)
    {
        for (var skipped = 0L; skipped < rows && _lines.TryRead(out _); skipped++)
        {
            Position++;
        }
    }

    /// <inheritdoc/>
    public int Read(List<Point> into, int most)
    {
        var read = 0;
        _lineNumbers.Clear();
        while (read < most && _lines.TryRead(out var line))
        {
            into.Add(JsonPoint.Parse(_lines.Place, line, Position, field));
            _lineNumbers.Add(_lines.LineNumber);
            Position++;
            read++;
        }

        return read;
    }

    /// <inheritdoc/>
    public string PlaceOf(int index) => $"{path}, line {_lineNumbers[index]}";

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}
