namespace Vesper.Cli.Files;

/// <summary>
/// A file that appears under its name when it is whole; until then it has a name of its own in the same folder. A link
/// stays a link: what it leads to is replaced. A pipe or device is written to as it is.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string _path;
    private readonly string? _temporary;

    /// <summary>Begins a file.</summary>
    public OutputFile(string path)
    {
        if (FileKind.IsPipeOrDevice(path))
        {
            _path = path;
            Stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, BufferBytes);
            return;
        }

        _path = FileKind.TargetOf(path).FullName;
        _temporary = $"{_path}.{Guid.NewGuid().ToString("N")[..8]}.tmp";
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
    }

    /// <summary>Where its bytes go; not every pipe or device can seek.</summary>
    public FileStream Stream { get; }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        Stream.Dispose();
        if (_temporary is not null)
        {
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        try
        {
            // Writes what is left in its buffer, which a full disk refuses.
            Stream.Dispose();
        }
        finally
        {
            if (_temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
    }
}
