namespace Vesper.Tests.Storage.Files;

/// <summary>A path of its own for one test; deleted with all below it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), "vesper-test-" + Guid.NewGuid().ToString("N"));

    /// <summary>Makes the directory on the real disk.</summary>
    public TemporaryDirectory Made()
    {
        Directory.CreateDirectory(Path);
        return this;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
