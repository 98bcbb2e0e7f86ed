using Vesper.Storage.Files;
using Vesper.Storage.Manifest;

namespace Vesper.Engine;

/// <summary>
/// An open database directory: its lock, its catalog and its collections. A damaged collection fails alone.
/// </summary>
/// <remarks>Thread-safe. One lock guards the catalog and the table of collections.</remarks>
internal sealed class DatabaseEngine : IDisposable
{
    private const string LockName = "LOCK";

    private readonly IFileSystem _files;
    private readonly IDisposable _lock;
    private readonly Catalog _catalog;
    private readonly EngineContext _context;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CollectionEngine> _collections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VesperException> _failures = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <param name="files">The file system.</param>
    /// <param name="path">The directory, which exists.</param>
    /// <param name="existed">Of it and those above it, the lowest that was not made just now.</param>
    /// <param name="options">How to open it.</param>
    private DatabaseEngine(IFileSystem files, string path, string existed, VesperOptions options)
    {
        _files = files;
        Path = path;
        _lock = TakeLock(files, path, options.ReadOnly);
        try
        {
            _catalog = new Catalog(files, path);
            var exists = _catalog.TryRead(acceptOlder: options.Recovery != RecoveryMode.Strict);
            if (!exists && (options.ReadOnly || !options.CreateIfMissing))
            {
                throw new NotFoundException("database", path);
            }

            if (!exists)
            {
                SyncAbove(files, path, existed);
            }

            var reserve = new DiskReserve(
                files, path, options.DiskReserveBytes, EngineContext.HeadroomOf(options));
            if (!options.ReadOnly)
            {
                reserve.Run(_catalog.TakeOver);
            }

            _context = new EngineContext
            {
                Files = files,
                DatabaseId = _catalog.Body.DatabaseId,
                Epoch = _catalog.Body.Epoch,
                Options = options,
                Scope = new MemoryScope($"database {path}"),
                VerifyOwner = _catalog.VerifyOwner,
                Reserve = reserve,
            };
            if (!options.ReadOnly)
            {
                FinishDrops();
            }

            CollectionOpenReport[] opened = [.. _catalog.Body.Collections.Select(OpenCollection)];
            if (!options.ReadOnly)
            {
                reserve.Restore();
            }

            Report = new OpenReport(opened) { Notes = [.. _catalog.Image?.Skipped ?? [], .. ReserveNotes(reserve)] };
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    public OpenReport Report { get; }

    public Catalog Catalog => _catalog;

    public MemoryScope Scope => _context.Scope;

    public static DatabaseEngine Open(IFileSystem files, string path, VesperOptions options)
    {
        Validate(options);
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var existed = full;
        if (!files.DirectoryExists(full))
        {
            if (options.ReadOnly || !options.CreateIfMissing)
            {
                throw new NotFoundException("database", full);
            }

            while (!files.DirectoryExists(existed) && System.IO.Path.GetDirectoryName(existed) is { } above)
            {
                existed = above;
            }

            files.CreateDirectory(full);
        }
        else if (options.ReadOnly && !files.Exists(System.IO.Path.Combine(full, LockName)))
        {
            throw new NotFoundException("database", full);
        }

        return new DatabaseEngine(files, full, existed, options);
    }

    public CollectionEngine Create(string name, CollectionOptions options)
    {
        Limits.RequireName("collection", name);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        lock (_gate)
        {
            RequireWritable();
            if (_catalog.Body.Collections.Any(collection => collection.Name == name))
            {
                throw new AlreadyExistsException("collection", name);
            }

            var entry = new CatalogCollection(Guid.NewGuid(), name, _catalog.Body.Tenants[0].Id);
            var directory = _catalog.DirectoryOf(entry);
            var tenant = System.IO.Path.GetDirectoryName(directory)!;
            _files.CreateDirectory(tenant);
            _files.SyncDirectory(Path);
            new CollectionStore(_context, directory).Create(CollectionManifest.Of(entry.Id, name, options.Copy()));
            try
            {
                _catalog.Publish(_catalog.Body with { Collections = [.. _catalog.Body.Collections, entry] });
                return _collections[name] = CollectionEngine.Open(_context, directory);
            }
            catch (Exception error) when (_catalog.Body.Collections.Contains(entry))
            {
                // It is there for good: it has to be seen, so that it can be dropped, or recovered by the next open.
                _failures[name] = error as VesperException ?? new StorageException(error.Message, error);
                throw;
            }
        }
    }

    public CollectionEngine Get(string name)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_failures.TryGetValue(name ?? "", out var failure))
            {
                throw failure;
            }

            return _collections.TryGetValue(name ?? "", out var collection)
                ? collection
                : throw new NotFoundException("collection", name ?? "");
        }
    }

    public IReadOnlyList<string> List()
    {
        lock (_gate)
        {
            return [.. _catalog.Body.Collections.Select(collection => collection.Name).Order(StringComparer.Ordinal)];
        }
    }

    public void Drop(string name)
    {
        lock (_gate)
        {
            RequireWritable();
            var entry = _catalog.Body.Collections.FirstOrDefault(collection => collection.Name == name)
                ?? throw new NotFoundException("collection", name);
            _catalog.Publish(_catalog.Body with
            {
                Collections = [.. _catalog.Body.Collections.Where(collection => collection != entry)],
                Dropping = [.. _catalog.Body.Dropping, entry],
            });
            _failures.Remove(name);
            try
            {
                if (_collections.Remove(name, out var engine))
                {
                    engine.Discard();
                }
            }
            finally
            {
                FinishDrops();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            try
            {
                DisposeCollections();
            }
            finally
            {
                _lock.Dispose();
            }
        }
    }

    private static void Validate(VesperOptions options)
    {
        if (options.LogSegmentBytes is < 64 << 10 or > 1 << 30)
        {
            throw new SchemaException("logSegmentBytes", "must be 65,536 to 1,073,741,824");
        }

        if (options.DiskReserveBytes < -1)
        {
            throw new SchemaException("diskReserveBytes", "must be −1 (8 MiB), 0 (none) or more");
        }

        if (options.MemoryBudgetBytes < 0)
        {
            throw new SchemaException("memoryBudgetBytes", "must be 0 (none) or more");
        }

        if (options.BackgroundThreads is < 0 or > 1024)
        {
            throw new SchemaException("backgroundThreads", "must be 0 to 1,024");
        }
    }

    private static IDisposable TakeLock(IFileSystem files, string path, bool shared) =>
        files.TryLock(System.IO.Path.Combine(path, LockName), shared) ?? throw new DatabaseLockedException(
            path,
            shared
                ? "a process has it open for writing"
                : "another process, or another part of this one, has it open");

    private void DisposeCollections()
    {
        List<Exception> errors = [];
        foreach (var collection in _collections.Values)
        {
            try
            {
                collection.Dispose();
            }
            catch (Exception error)
            {
                errors.Add(error);
            }
        }

        if (errors.Count > 0)
        {
            throw errors[0];
        }
    }

    private static IEnumerable<string> ReserveNotes(DiskReserve reserve)
    {
        if (reserve.MissingBytes is > 0 and var missing)
        {
            yield return $"{missing} bytes of the disk reserve are missing; they are set aside once there is space.";
        }
    }

    private void RequireWritable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_context.Options.ReadOnly)
        {
            throw new ReadOnlyException();
        }
    }

    private CollectionOpenReport OpenCollection(CatalogCollection entry)
    {
        try
        {
            var engine = CollectionEngine.Open(_context, _catalog.DirectoryOf(entry));
            _collections.Add(entry.Name, engine);
            return engine.Report(entry.Name);
        }
        catch (VesperException failure)
        {
            _failures.Add(entry.Name, failure);
            return new CollectionOpenReport { Collection = entry.Name, Failure = failure };
        }
    }

    /// <summary>
    /// Deletes the files of dropped collections. What cannot be deleted now is tried again by the next open: it stops
    /// nobody.
    /// </summary>
    private void FinishDrops()
    {
        CatalogCollection[] left = [.. _catalog.Body.Dropping.Where(entry => !TryDelete(_catalog.DirectoryOf(entry)))];
        if (left.Length == _catalog.Body.Dropping.Count)
        {
            return;
        }

        try
        {
            _catalog.Publish(_catalog.Body with { Dropping = left });
        }
        catch (StorageException error) when (error.Code == VesperErrorCode.DiskFull)
        {
            // The next open finds nothing left to delete, and says so then.
        }
    }

    /// <summary>Deletes what is ours; a directory with anything else in it stays.</summary>
    private bool TryDelete(string directory)
    {
        try
        {
            var names = _files.List(directory);
            foreach (var name in names.Where(CollectionFiles.IsOurs))
            {
                _files.Delete(System.IO.Path.Combine(directory, name));
            }

            if (names.All(CollectionFiles.IsOurs))
            {
                _files.DeleteDirectory(directory);
            }

            return true;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    /// <summary>
    /// Brings the entries of a new database's directory, and of those above it, to the disk. All of them: a process
    /// that was killed here has left directories that nobody knows to be new.
    /// </summary>
    private static void SyncAbove(IFileSystem files, string path, string existed)
    {
        for (var level = path; System.IO.Path.GetDirectoryName(level) is { } above; level = above)
        {
            try
            {
                files.SyncDirectory(above);
            }
            catch (StorageException) when (level.Length <= existed.Length)
            {
                // Not ours to read, so it is not one that such a process has made.
            }
        }
    }
}
