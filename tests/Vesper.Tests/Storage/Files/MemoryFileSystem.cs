using Vesper.Storage.Files;

namespace Vesper.Tests.Storage.Files;

/// <summary>
/// A file system in memory that behaves like the real one, for tests that need thousands of files. Thread-safe.
/// </summary>
internal sealed class MemoryFileSystem : IFileSystem
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Content> _files = [];
    private readonly HashSet<string> _directories = [];
    private readonly Dictionary<string, int> _locks = [];

    /// <summary>The bytes of a file, to look at.</summary>
    public byte[] Read(string path)
    {
        lock (_lock)
        {
            return _files[path].ToArray();
        }
    }

    /// <summary>Puts a file there, replacing one.</summary>
    public void Put(string path, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var content = new Content();
            content.Write(bytes, 0);
            _files[path] = content;
        }
    }

    public IFile Create(string path)
    {
        lock (_lock)
        {
            if (_directories.Contains(path) || !_files.TryAdd(path, new Content()))
            {
                throw new StorageException($"create {path}: EEXIST");
            }

            return new MemoryFile(path, _files[path], writable: true);
        }
    }

    public IFile OpenRead(string path)
    {
        lock (_lock)
        {
            return _files.TryGetValue(path, out Content? content)
                ? new MemoryFile(path, content, writable: false)
                : throw new FileNotFoundException($"There is no {path}", path);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            if (!_files.Remove(from, out Content? content))
            {
                throw new StorageException($"rename {from}: ENOENT");
            }

            _files[to] = content;
        }
    }

    public bool Delete(string path)
    {
        lock (_lock)
        {
            return _files.Remove(path);
        }
    }

    public bool Exists(string path)
    {
        lock (_lock)
        {
            return _files.ContainsKey(path);
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_lock)
        {
            return [.. _files.Keys.Concat(_directories)
                .Where(path => Path.GetDirectoryName(path) == directory)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string path)
    {
        lock (_lock)
        {
            for (string? at = path; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
            {
                _directories.Add(at);
            }
        }
    }

    public bool DeleteDirectory(string path)
    {
        lock (_lock)
        {
            return List(path).Count == 0
                ? _directories.Remove(path)
                : throw new StorageException($"delete directory {path}: ENOTEMPTY");
        }
    }

    public bool DirectoryExists(string path)
    {
        lock (_lock)
        {
            return _directories.Contains(path);
        }
    }

    public void SyncDirectory(string path)
    {
        if (!DirectoryExists(path))
        {
            throw new FileNotFoundException($"There is no {path}", path);
        }
    }

    public IDisposable? TryLock(string path, bool shared)
    {
        lock (_lock)
        {
            _files.TryAdd(path, new Content());
            int holders = _locks.GetValueOrDefault(path);
            if (holders < 0 || (holders > 0 && !shared))
            {
                return null;
            }

            _locks[path] = shared ? holders + 1 : -1;
            return new Held(this, path, shared);
        }
    }

    public long FreeBytes(string path) => 1L << 40;

    private sealed class Held(MemoryFileSystem owner, string path, bool shared) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            lock (owner._lock)
            {
                owner._locks[path] -= _released ? 0 : shared ? 1 : -1;
                _released = true;
            }
        }
    }

    private sealed class Content
    {
        private byte[] _bytes = [];

        public int Length { get; private set; }

        public byte[] ToArray() => _bytes[..Length];

        public int Read(Span<byte> into, long offset)
        {
            int count = (int)Math.Clamp(Length - offset, 0, into.Length);
            _bytes.AsSpan(count == 0 ? 0 : (int)offset, count).CopyTo(into);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (bytes.IsEmpty)
            {
                return;
            }

            SetLength(Math.Max(Length, offset + bytes.Length));
            bytes.CopyTo(_bytes.AsSpan((int)offset));
        }

        public void SetLength(long length)
        {
            if (length > _bytes.Length)
            {
                Array.Resize(ref _bytes, (int)Math.Max(length, _bytes.Length * 2L));
            }

            Length = (int)length;
            _bytes.AsSpan(Length).Clear();
        }
    }

    private sealed class MemoryFile(string path, Content content, bool writable) : IFile
    {
        private bool _disposed;

        public string Path => path;

        public long Length => Use(0, static (content, _) => content.Length);

        public int ReadAt(Span<byte> into, long offset)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ObjectDisposedException.ThrowIf(_disposed, this);
            lock (content)
            {
                return content.Read(into, offset);
            }
        }

        public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            CheckWritable();
            lock (content)
            {
                content.Write(bytes, offset);
            }
        }

        public void SetLength(long length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            CheckWritable();
            Use(length, static (content, length) => { content.SetLength(length); return length; });
        }

        public void Sync() => ObjectDisposedException.ThrowIf(_disposed, this);

        public void Dispose() => _disposed = true;

        private void CheckWritable()
        {
            if (!writable)
            {
                throw new StorageException($"write {path}: EBADF");
            }
        }

        private long Use(long argument, Func<Content, long, long> call)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            lock (content)
            {
                return call(content, argument);
            }
        }
    }
}
