namespace Vesper.Numerics.Memory;

/// <summary>Keeps idle objects for reuse, a fixed number at most. Thread-safe; it never blocks.</summary>
internal sealed class IdlePool<T>(Func<IdlePool<T>, T> make) where T : class
{
    private readonly T?[] _idle = new T?[4 * Environment.ProcessorCount];

    /// <summary>An idle one, or a new one.</summary>
    public T Rent() => TryTake() ?? make(this);

    /// <summary>An idle one, or null.</summary>
    public T? TryTake()
    {
        foreach (ref T? slot in _idle.AsSpan())
        {
            T? idle = slot is null ? null : Interlocked.Exchange(ref slot, null);
            if (idle is not null)
            {
                return idle;
            }
        }

        return null;
    }

    /// <summary>Takes one back; false when there are enough, and the caller may drop it.</summary>
    public bool Return(T idle)
    {
        foreach (ref T? slot in _idle.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, idle, null) is null)
            {
                return true;
            }
        }

        return false;
    }
}
