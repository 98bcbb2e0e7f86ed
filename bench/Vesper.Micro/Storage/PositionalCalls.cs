using BenchmarkDotNet.Attributes;
using Microsoft.Win32.SafeHandles;
using Vesper.Storage.Files;

namespace Vesper.Micro.Storage;

/// <summary>
/// Reads and writes at an offset, of a file that the page cache holds. The engine's own calls (<c>PosixCalls</c>) are
/// there because the runtime hides errors, not for speed: this shows that they cost nothing.
/// </summary>
public class PositionalCalls
{
    private const int FileBytes = 1 << 20;

    private string _folder = null!;
    private byte[] _block = null!;
    private IFile _file = null!;
    private SafeFileHandle _handle = null!;

    /// <summary>Bytes of a call.</summary>
    [Params(4_096, 65_536)]
    public int Bytes { get; set; }

    /// <summary>Writes the file.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("vesper-micro-").FullName;
        _block = new byte[Bytes];
        _file = FileSystems.Current.Create(Path.Combine(_folder, "engine"));
        _file.WriteAt(new byte[FileBytes], 0);
        var path = Path.Combine(_folder, "runtime");
        File.WriteAllBytes(path, new byte[FileBytes]);
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
    }

    /// <summary>Deletes it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _file.Dispose();
        _handle.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The runtime's read.</summary>
    [Benchmark(Baseline = true)]
    public int RuntimeRead() => RandomAccess.Read(_handle, _block, FileBytes / 2);

    /// <summary>The engine's.</summary>
    [Benchmark]
    public int EngineRead() => _file.ReadAt(_block, FileBytes / 2);

    /// <summary>The runtime's write.</summary>
    [Benchmark]
    public int RuntimeWrite()
    {
        RandomAccess.Write(_handle, _block, FileBytes / 2);
        return _block.Length;
    }

    /// <summary>The engine's.</summary>
    [Benchmark]
    public int EngineWrite()
    {
        _file.WriteAt(_block, FileBytes / 2);
        return _block.Length;
    }
}
