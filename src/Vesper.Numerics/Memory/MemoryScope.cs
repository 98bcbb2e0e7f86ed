namespace Vesper.Numerics.Memory;

/// <summary>
/// Counts native bytes. A scope adds to its parent too, so a database's scope covers all that its parts hold.
/// </summary>
/// <remarks>Thread-safe. After everything is disposed the count is 0.</remarks>
public sealed class MemoryScope(string name, MemoryScope? parent = null)
{
    private long _bytes;

    /// <summary>What the bytes belong to, for reports.</summary>
    public string Name { get; } = name;

    /// <summary>Native bytes held now by this scope and all below it.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    internal void Add(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        parent?.Add(bytes);
    }
}
