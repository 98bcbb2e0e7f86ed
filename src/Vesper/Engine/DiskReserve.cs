using Vesper.Storage.Files;

namespace Vesper.Engine;

/// <summary>
/// Disk space that is taken while there is plenty and given back when the kernel has none, so that an opening, a delete
/// and a checkpoint still get through (docs/decisions/0007). Files of the same size in the database's directory,
/// deleted one at a time; made again once there is space.
/// </summary>
/// <remarks>
/// Thread-safe. The files are never read and never synced: a crash may shorten them, and then they are made again.
/// </remarks>
internal sealed class DiskReserve
{
    private const int Parts = 8;
    private const long DefaultBytes = 8L << 20;
    private const int ChunkBytes = 256 << 10;

    private readonly Lock _gate = new();
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly long _partBytes;
    private readonly long _headroomBytes;
    private readonly bool[] _there = new bool[Parts];

    /// <summary>Looks at what is there; makes nothing yet.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="directory">The database's directory.</param>
    /// <param name="bytes">In all; 0 for no reserve, −1 for the default.</param>
    /// <param name="headroomBytes">What must stay free when it is made.</param>
    public DiskReserve(IFileSystem files, string directory, long bytes, long headroomBytes)
    {
        _files = files;
        _directory = directory;
        _headroomBytes = headroomBytes;
        _partBytes = (bytes < 0 ? DefaultBytes : bytes) / Parts;
        for (var part = 0; part < Parts; part++)
        {
            _there[part] = IsThere(PathOf(part));
        }
    }

    /// <summary>Bytes that are not set aside though they should be.</summary>
    public long MissingBytes
    {
        get
        {
            lock (_gate)
            {
                return _there.Count(there => !there) * _partBytes;
            }
        }
    }

    /// <summary>
    /// Runs what must get through on a full disk. It is run again with a part of the reserve given back, until it does
    /// or nothing is left; after a failure it must be fit to be run again.
    /// </summary>
    public void Run(Action operation)
    {
        while (true)
        {
            try
            {
                operation();
                return;
            }
            catch (StorageException error) when (error.Code == VesperErrorCode.DiskFull && GiveBack())
            {
                // There is a little more space now.
            }
        }
    }

    /// <summary>Makes what is missing, as far as there is space for it. Cheap when nothing is.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            for (var part = 0; part < Parts && _partBytes > 0; part++)
            {
                if (!_there[part])
                {
                    if (_files.FreeBytes(_directory) - _partBytes < _headroomBytes || !TryMake(PathOf(part)))
                    {
                        return;
                    }

                    _there[part] = true;
                }
            }
        }
    }

    private bool GiveBack()
    {
        lock (_gate)
        {
            for (var part = Parts - 1; part >= 0; part--)
            {
                if (_there[part])
                {
                    _there[part] = false;
                    return TryDelete(PathOf(part));
                }
            }

            return false;
        }
    }

    private bool IsThere(string path)
    {
        if (!_files.Exists(path))
        {
            return false;
        }

        using var file = _files.OpenRead(path);
        return file.Length == _partBytes;
    }

    private bool TryMake(string path)
    {
        // Not zeros: a file system that compresses would take no space for them.
        var chunk = new byte[Math.Min(ChunkBytes, _partBytes)];
        Random.Shared.NextBytes(chunk);
        try
        {
            _files.Delete(path);
            using var file = _files.Create(path);
            for (long at = 0; at < _partBytes; at += chunk.Length)
            {
                file.WriteAt(chunk.AsSpan(0, (int)Math.Min(chunk.Length, _partBytes - at)), at);
            }

            return true;
        }
        catch (StorageException)
        {
            TryDelete(path);
            return false;
        }
    }

    private bool TryDelete(string path)
    {
        try
        {
            return _files.Delete(path);
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private string PathOf(int part) => Path.Combine(_directory, $"RESERVE-{part}");
}
