namespace Vesper.Numerics.Quantization;

/// <summary>Keeps idle objects for reuse. Thread-safe; it never blocks.</summary>
internal sealed class IdlePool<T>(Func<IdlePool<T>, T> make) where T : class
{
    private readonly T?[] _idle = new T?[4 * Environment.ProcessorCount];

    /// <summary>An idle one, or a new one.</summary>
    public T Rent()
    {
        foreach (ref T? slot in _idle.AsSpan())
        {
            T? idle = slot is null ? null : Interlocked.Exchange(ref slot, null);
            if (idle is not null)
            {
                return idle;
            }
        }

        return make(this);
    }

    /// <summary>Takes one back; drops it when there are enough.</summary>
    public void Return(T idle)
    {
        foreach (ref T? slot in _idle.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, idle, null) is null)
            {
                return;
            }
        }
    }
}
