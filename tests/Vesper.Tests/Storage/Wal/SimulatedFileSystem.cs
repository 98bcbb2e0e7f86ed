using Vesper.Storage.Files;

namespace Vesper.Tests.Storage.Wal;

/// <summary>The machine stopped: nothing after this reaches the file system.</summary>
internal sealed class SimulatedCrashException() : Exception("simulated crash");

/// <summary>
/// A file system in memory that knows what is durable. Each changing operation is numbered and can be made to fail, or
/// to be the last one before a crash.
/// </summary>
internal sealed class SimulatedFileSystem : IFileSystem
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SimulatedInode> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> directories = new(StringComparer.Ordinal) { "/", "/db" };

    /// <summary>Entries as the disk has them.</summary>
    public Dictionary<string, SimulatedInode> DurableNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Directories as the disk has them.</summary>
    public HashSet<string> DurableDirectories { get; } = new(StringComparer.Ordinal) { "/", "/db" };

    /// <summary>Changes of entries since the last sync of their directory; null removes.</summary>
    public List<(string Path, SimulatedInode? Inode)[]> PendingNames { get; } = [];

    public IReadOnlyDictionary<string, SimulatedInode> Names => names;

    public HashSet<string> Directories => directories;

    public int Operations { get; private set; }

    /// <summary>Kinds of operation that only pretend to be done.</summary>
    public Func<string, bool> Lie { get; set; } = _ => false;

    /// <summary>The operation with this number is the last one before the crash.</summary>
    public int CrashAt { get; set; } = int.MaxValue;

    /// <summary>Asked before each operation: (kind, path); what it returns is thrown.</summary>
    public Func<string, string, Exception?>? Fault { get; set; }

    /// <summary>Told after each operation that succeeded.</summary>
    public Action<string, string>? Done { get; set; }

    public IFile Create(string path)
    {
        var inode = new SimulatedInode();
        Change("create", path, () =>
        {
            if (names.ContainsKey(path))
            {
                throw new StorageException($"create {path}: exists");
            }

            Enter([(path, inode)]);
        });
        return new SimulatedFile(this, inode, path);
    }

    public IFile OpenRead(string path)
    {
        lock (gate)
        {
            ThrowIfCrashed();
            return names.TryGetValue(path, out SimulatedInode? inode)
                ? new SimulatedFile(this, inode, path)
                : throw new FileNotFoundException(path);
        }
    }

    public void Rename(string from, string to) =>
        Change("rename", to, () => Enter([(to, names[from]), (from, null)]));

    public bool Delete(string path)
    {
        if (!Exists(path))
        {
            return false;
        }

        Change("delete", path, () => Enter([(path, null)]));
        return true;
    }

    public bool Exists(string path)
    {
        lock (gate)
        {
            return names.ContainsKey(path);
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (gate)
        {
            return [.. names.Keys.Concat(directories)
                .Where(path => Path.GetDirectoryName(path) == directory)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string path) => Change("mkdir", path, () =>
    {
        for (string? level = path; level is not null && directories.Add(level); level = Path.GetDirectoryName(level))
        {
        }
    });

    public bool DeleteDirectory(string path)
    {
        bool existed = DirectoryExists(path);
        Change("rmdir", path, () => directories.Remove(path));
        return existed;
    }

    public bool DirectoryExists(string path)
    {
        lock (gate)
        {
            return directories.Contains(path);
        }
    }

    public void SyncDirectory(string path) => Change("syncdir", path, () =>
    {
        bool IsHere(string entry) => Path.GetDirectoryName(entry) == path;
        foreach ((string Path, SimulatedInode? Inode)[] change in PendingNames.Where(change => IsHere(change[0].Path)))
        {
            Apply(DurableNames, change);
        }

        PendingNames.RemoveAll(change => IsHere(change[0].Path));
        DurableDirectories.RemoveWhere(entry => IsHere(entry) && !directories.Contains(entry));
        DurableDirectories.UnionWith(directories.Where(IsHere));
    });

    /// <summary>There is one process at a time. The lock's file is durable: its loss would prove nothing.</summary>
    public IDisposable? TryLock(string path, bool shared)
    {
        if (!Exists(path))
        {
            Put(path, []);
        }

        return new MemoryStream();
    }

    public long FreeBytes(string path) => long.MaxValue;

    /// <summary>Puts a durable file there, as a test's starting point.</summary>
    public void Put(string path, byte[] content)
    {
        using Lock.Scope held = gate.EnterScope();
        var inode = SimulatedInode.Of(content);
        Apply(names, [(path, inode)]);
        Apply(DurableNames, [(path, inode)]);
        for (string? level = Path.GetDirectoryName(path); level is not null; level = Path.GetDirectoryName(level))
        {
            directories.Add(level);
            DurableDirectories.Add(level);
        }
    }

    public byte[] Get(string path) => names[path].Cached.ToArray();

    /// <summary>Runs a numbered operation: fault, effect, crash. A sync that the crash hits has no effect.</summary>
    internal void Change(string kind, string path, Action effect, SimulatedInode? synced = null)
    {
        lock (gate)
        {
            ThrowIfCrashed();
            if (Fault?.Invoke(kind, path) is { } fault)
            {
                synced?.LosePending();
                throw fault;
            }

            Operations++;
            bool crash = Operations >= CrashAt;
            if (!Lie(kind) && (!crash || !kind.StartsWith("sync", StringComparison.Ordinal)))
            {
                effect();
            }

            if (crash)
            {
                throw new SimulatedCrashException();
            }
        }

        Done?.Invoke(kind, path);
    }

    private void ThrowIfCrashed()
    {
        if (Operations >= CrashAt)
        {
            throw new SimulatedCrashException();
        }
    }

    private void Enter((string Path, SimulatedInode? Inode)[] change)
    {
        Apply(names, change);
        PendingNames.Add(change);
    }

    private static void Apply(Dictionary<string, SimulatedInode> to, (string Path, SimulatedInode? Inode)[] change)
    {
        foreach ((string path, SimulatedInode? inode) in change)
        {
            if (inode is null)
            {
                to.Remove(path);
            }
            else
            {
                to[path] = inode;
            }
        }
    }

    private sealed class SimulatedFile(SimulatedFileSystem owner, SimulatedInode inode, string path) : IFile
    {
        public string Path => path;

        public long Length
        {
            get
            {
                lock (owner.gate)
                {
                    return inode.Length;
                }
            }
        }

        public int ReadAt(Span<byte> into, long offset)
        {
            lock (owner.gate)
            {
                if (offset >= inode.Length)
                {
                    return 0;
                }

                int count = (int)Math.Min(into.Length, inode.Length - offset);
                inode.Cached.Slice((int)offset, count).CopyTo(into);
                return count;
            }
        }

        public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
        {
            byte[] copy = bytes.ToArray();
            try
            {
                owner.Change("write", path, () => inode.Write(offset, copy));
            }
            catch (StorageException)
            {
                // A failed write leaves a part of itself behind.
                inode.Write(offset, copy.AsSpan(0, copy.Length * 2 / 3));
                throw;
            }
        }

        public void SetLength(long length) => owner.Change("truncate", path, () => inode.SetLength(length));

        public void Sync() => owner.Change("sync", path, () => inode.Sync(), inode);

        public void Dispose()
        {
        }
    }
}
