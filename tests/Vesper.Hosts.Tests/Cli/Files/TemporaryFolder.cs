using System.IO.Compression;

namespace Vesper.Hosts.Tests.Cli.Files;

/// <summary>A folder for the files of one test, removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vesper-cli-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string WritePacked(string name, string text)
    {
        using (var file = File.Create(PathOf(name)))
        using (var packed = new GZipStream(file, CompressionLevel.Fastest))
        {
            packed.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return PathOf(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
