using Vesper.Storage.Files;

namespace Vesper.Tests.Storage.Files;

/// <summary>
/// Fails chosen operations: <c>faulty.Fail(FileOperationKind.Sync, nth: 2)</c>. Operations are counted per rule, from
/// the rule's making. Reads can be changed with <see cref="OnRead"/>. Thread-safe.
/// </summary>
internal sealed class FaultyFileSystem(IFileSystem inner) : InterceptedFileSystem(inner)
{
    private readonly Lock _lock = new();
    private readonly List<Rule> _rules = [];

    /// <summary>May change the bytes that a read gives.</summary>
    public Action<FileOperation, byte[]>? OnRead { get; set; }

    /// <summary>What <see cref="IFileSystem.FreeBytes"/> says instead of the truth.</summary>
    public long? Free { get; set; }

    /// <summary>Operations that change something, so far: the space for <see cref="FailChange"/>.</summary>
    public int ChangesSeen { get; private set; }

    /// <summary>How often an injected failure was thrown.</summary>
    public int Thrown { get; private set; }

    /// <summary>Fails the n-th (from 1) operation of a kind from now on, once or ever after.</summary>
    public void Fail(FileOperationKind kind, int nth = 1, bool sticky = false, StorageException? error = null) =>
        Fail(operation => operation.Kind == kind, nth, sticky, error);

    /// <summary>Fails the n-th (from 1) operation of any changing kind from now on, once or ever after.</summary>
    public void FailChange(int nth, bool sticky = false, StorageException? error = null) =>
        Fail(operation => operation.IsChange, nth, sticky, error);

    /// <summary>
    /// Fails the n-th (from 1) matching operation from now on, once or ever after. A failing write has written the
    /// first half of its bytes.
    /// </summary>
    public void Fail(Func<FileOperation, bool> match, int nth = 1, bool sticky = false, StorageException? error = null)
    {
        lock (_lock)
        {
            _rules.Add(new Rule(match, nth, sticky, error));
        }
    }

    /// <summary>All works again.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            _rules.Clear();
            OnRead = null;
        }
    }

    /// <summary>The error of a full disk.</summary>
    public static StorageException DiskFull(string path = "test") =>
        new($"pwrite {path}: ENOSPC (injected)", null, VesperErrorCode.DiskFull);

    public override long FreeBytes(string path) => Free ?? base.FreeBytes(path);

    protected override void Before(FileOperation operation)
    {
        if (Decide(operation) is { } error)
        {
            throw error;
        }
    }

    protected override void Write(IFile file, ReadOnlySpan<byte> bytes, FileOperation operation)
    {
        if (Decide(operation) is { } error)
        {
            file.WriteAt(bytes[..(bytes.Length / 2)], operation.Offset);
            throw error;
        }

        file.WriteAt(bytes, operation.Offset);
    }

    protected override void Seen(Span<byte> bytes, FileOperation operation)
    {
        if (OnRead is { } change)
        {
            byte[] copy = bytes.ToArray();
            change(operation, copy);
            copy.CopyTo(bytes);
        }
    }

    private StorageException? Decide(FileOperation operation)
    {
        lock (_lock)
        {
            ChangesSeen += operation.IsChange ? 1 : 0;
            StorageException? error = null;
            foreach (Rule rule in _rules)
            {
                error ??= rule.Apply(operation);
            }

            Thrown += error is null ? 0 : 1;
            return error;
        }
    }

    private sealed class Rule(Func<FileOperation, bool> match, int nth, bool sticky, StorageException? error)
    {
        private int _seen;

        public StorageException? Apply(FileOperation operation)
        {
            bool fires = match(operation) && (++_seen == nth || (sticky && _seen > nth));
            return fires ? error ?? new StorageException($"{operation.Kind} {operation.Path}: EIO (injected)") : null;
        }
    }
}
