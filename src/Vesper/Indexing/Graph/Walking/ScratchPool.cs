namespace Vesper.Indexing.Graph.Walking;

/// <summary>
/// Keeps used working memory of walks for the next one, shared by all graphs: as many as threads walk at once, a
/// fixed number at most. Thread-safe, lock-free; renting and returning allocate nothing once warm.
/// </summary>
internal static class ScratchPool<T> where T : class, new()
{
    private static readonly T?[] Slots = new T?[Math.Max(16, 2 * Environment.ProcessorCount)];

    /// <summary>Takes one that is free, or makes one.</summary>
    public static T Rent()
    {
        foreach (ref var slot in Slots.AsSpan())
        {
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } free)
            {
                return free;
            }
        }

        return new T();
    }

    /// <summary>Gives one back; dropped when the pool is full.</summary>
    public static void Return(T scratch)
    {
        foreach (ref var slot in Slots.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, scratch, null) is null)
            {
                return;
            }
        }
    }
}
