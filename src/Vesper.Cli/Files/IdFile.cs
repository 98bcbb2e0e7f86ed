namespace Vesper.Cli.Files;

/// <summary>
/// A file of ids, one a line: plain text, or JSON numbers and strings where the extension says so; packed or not.
/// </summary>
internal sealed class IdFile : IDisposable
{
    private readonly LineReader _lines;
    private readonly bool _json;

    /// <summary>Opens a file.</summary>
    public IdFile(string path)
    {
        _lines = new LineReader(path);
        _json = LineReader.ExtensionOf(path) is ".json" or ".jsonl" or ".ndjson";
    }

    /// <summary>The lines under it.</summary>
    public LineReader Lines => _lines;

    /// <summary>The next id; false at the end.</summary>
    public bool TryRead(out PointId id)
    {
        id = default;
        if (!_lines.TryRead(out var line))
        {
            return false;
        }

        var text = line.TrimEnd((byte)' ');
        id = _json ? IdText.ParseJson(_lines.Place, text) : IdText.Parse(_lines.Place, text, quoted: false);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}
