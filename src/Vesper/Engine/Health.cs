namespace Vesper.Engine;

/// <summary>
/// Whether a collection can be used, and why not. Failed is for good; degraded ends when what failed succeeds.
/// </summary>
internal sealed class Health
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private string? _failure;

    /// <summary>Called after each change of state, by the thread that made it.</summary>
    public Action? Changed { get; set; }

    public CollectionState State
    {
        get
        {
            lock (_lock)
            {
                return _failure is not null ? CollectionState.Failed
                    : _reasons.Count > 0 ? CollectionState.Degraded
                    : CollectionState.Healthy;
            }
        }
    }

    public string? Reason
    {
        get
        {
            lock (_lock)
            {
                return _failure
                    ?? (_reasons.Count > 0
                        ? string.Join("; ", _reasons.Select(pair => $"{pair.Key}: {pair.Value}"))
                        : null);
            }
        }
    }

    /// <summary>Ends writing for good.</summary>
    public void Fail(string reason)
    {
        lock (_lock)
        {
            _failure ??= reason;
        }

        Changed?.Invoke();
    }

    /// <summary>Notes that a job failed, until <see cref="Recover"/>.</summary>
    public void Degrade(string job, string reason)
    {
        lock (_lock)
        {
            _reasons[job] = reason;
        }

        Changed?.Invoke();
    }

    public void Recover(string job)
    {
        bool changed;
        lock (_lock)
        {
            changed = _reasons.Remove(job);
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    public void RequireWritable()
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                throw new StorageException($"The collection refuses writes until it is reopened: {_failure}");
            }
        }
    }
}
