using Vesper.Storage.Files;

namespace Vesper.Tests.Storage.Files;

/// <summary>
/// Records what reaches the file system, in the order of completion: a sync's number is given after it has returned, so
/// that "synced before acknowledged" is a comparison of two numbers. Thread-safe.
/// </summary>
internal sealed class RecordingFileSystem(IFileSystem inner) : InterceptedFileSystem(inner)
{
    private readonly Lock _lock = new();
    private readonly List<FileOperation> _operations = [];
    private long _cleared;

    /// <summary>
    /// Called before each operation (a place to crash or block); its sequence number is not known yet.
    /// </summary>
    public Action<FileOperation>? OnBefore { get; set; }

    /// <summary>Called after each operation has succeeded and was recorded.</summary>
    public Action<FileOperation>? OnAfter { get; set; }

    /// <summary>Whether reads are recorded too.</summary>
    public bool RecordReads { get; init; }

    /// <summary>All so far.</summary>
    public IReadOnlyList<FileOperation> Operations
    {
        get
        {
            lock (_lock)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>Those that change what a crash leaves behind.</summary>
    public IReadOnlyList<FileOperation> Changes => [.. Operations.Where(operation => operation.IsChange)];

    /// <summary>Puts an event of the test's own into the order and gives its number.</summary>
    public long Mark(string text) => Record(new FileOperation(FileOperationKind.Mark, text));

    /// <summary>Forgets what was recorded; numbers go on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _cleared += _operations.Count;
            _operations.Clear();
        }
    }

    protected override void Before(FileOperation operation) => OnBefore?.Invoke(operation);

    protected override void After(FileOperation operation)
    {
        if (operation.Kind != FileOperationKind.Read || RecordReads)
        {
            long sequence = Record(operation);
            OnAfter?.Invoke(operation with { Sequence = sequence });
        }
    }

    private long Record(FileOperation operation)
    {
        lock (_lock)
        {
            long sequence = _cleared + _operations.Count + 1;
            _operations.Add(operation with { Sequence = sequence });
            return sequence;
        }
    }
}
