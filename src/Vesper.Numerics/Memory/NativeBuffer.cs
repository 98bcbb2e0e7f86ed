namespace Vesper.Numerics.Memory;

/// <summary>Owner of a block of native memory, 64-byte aligned, freed on dispose.</summary>
public sealed class NativeBuffer<T> : IDisposable where T : unmanaged
{
    /// <summary>Allocates <paramref name="length"/> elements, zeroed, counted in <paramref name="scope"/>.</summary>
    public NativeBuffer(long length, MemoryScope scope) => throw new NotImplementedException();

    /// <summary>Elements.</summary>
    public long Length => throw new NotImplementedException();

    /// <summary>The element at an index. Range-checked.</summary>
    public ref T this[long index] => throw new NotImplementedException();

    /// <summary>A view of part of the buffer. Range-checked.</summary>
    public Span<T> Slice(long start, int length) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
