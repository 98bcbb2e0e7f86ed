using System.Diagnostics;

namespace Vesper.Indexing.Graph;

/// <summary>
/// A growing array of slots of equal width in native memory. Blocks never move, so readers need no lock beside a
/// grower: they see the old or the new directory, and both lead to the same blocks.
/// </summary>
internal sealed class NativeBlocks<T>(int width, MemoryScope scope) : IDisposable where T : unmanaged
{
    private const int SlotsPerBlockLog2 = 11;
    private const int SlotsPerBlock = 1 << SlotsPerBlockLog2;

    private readonly Lock _growing = new();
    private volatile NativeBuffer<T>[] _blocks = [];

    /// <summary>Slots that exist.</summary>
    public long Capacity => (long)_blocks.Length << SlotsPerBlockLog2;

    /// <summary>The slot of an index below <see cref="Capacity"/>; zeroed when new.</summary>
    public Span<T> this[int index]
    {
        get
        {
            Debug.Assert(index >= 0 && index < Capacity, "Slots are reserved before use.");
            return _blocks[index >> SlotsPerBlockLog2].Slice((long)(index & (SlotsPerBlock - 1)) * width, width);
        }
    }

    /// <summary>Makes sure that slots 0 … count − 1 exist. Thread-safe.</summary>
    public void Reserve(long count)
    {
        if (count > Capacity)
        {
            Grow(count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            block.Dispose();
        }
    }

    private void Grow(long count)
    {
        lock (_growing)
        {
            var blocks = _blocks;
            var needed = (int)((count + SlotsPerBlock - 1) >> SlotsPerBlockLog2);
            if (needed <= blocks.Length)
            {
                return;
            }

            var grown = new NativeBuffer<T>[needed];
            blocks.CopyTo(grown, 0);
            for (var i = blocks.Length; i < needed; i++)
            {
                grown[i] = new NativeBuffer<T>((long)SlotsPerBlock * width, scope);
            }

            _blocks = grown;
        }
    }
}
