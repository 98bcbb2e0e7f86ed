namespace Vesper.Cli.Files;

/// <summary>A file that appears under its name when it is whole; until then it has <c>.tmp</c> behind it.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;

    /// <summary>Begins a file.</summary>
    public OutputFile(string path)
    {
        _path = path;
        _temporary = path + ".tmp";
        Stream = new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Where its bytes go.</summary>
    public FileStream Stream { get; }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(_temporary);
    }
}
