using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vesper.Indexing.Ivf.Lists;

/// <summary>
/// Inverted lists that take rows: chunks of blocks that never move, each twice as long as the one before up to a limit.
/// </summary>
/// <remarks>
/// One writer a list; any number of readers beside it. An entry is written, then the list's length is. Removing
/// overwrites an ordinal, which readers see as a whole.
/// </remarks>
internal sealed class GrowingLists : InvertedLists
{
    private const int LargestChunkLog = 7;
    private const int OrdinalBytes = IBlockLayout.RowsPerBlock * sizeof(int);

    private readonly IBlockLayout _layout;
    private readonly MemoryScope _scope;
    private readonly GrowingList[] _lists;

    /// <summary>Empty lists.</summary>
    public GrowingLists(int count, IBlockLayout layout, MemoryScope scope)
    {
        _layout = layout;
        _scope = scope;
        _lists = [.. Enumerable.Range(0, count).Select(_ => new GrowingList())];
    }

    /// <inheritdoc/>
    public override int Count => _lists.Length;

    /// <inheritdoc/>
    public override int BlockBytes => _layout.BlockBytes;

    /// <inheritdoc/>
    public override int LengthOf(int list) => Volatile.Read(ref _lists[list].Length);

    /// <inheritdoc/>
    protected internal override ListPiece Piece(int list, int number)
    {
        // The length first: chunks that it reaches into are in the table read after it.
        var length = LengthOf(list);
        var (start, rows) = Extent(number);
        return start >= length
            ? default
            : View(Volatile.Read(ref _lists[list].Chunks)[number], rows, Math.Min(rows, length - start));
    }

    /// <summary>Appends an entry; one thread a list.</summary>
    /// <returns>Its position in the list.</returns>
    public int Append(int list, Ordinal row, ReadOnlySpan<byte> code, float term)
    {
        Debug.Assert(float.IsFinite(term), "terms are finite");
        var target = _lists[list];
        var position = target.Length;
        var (chunk, inChunk) = Place(position);
        if (chunk == target.Chunks.Length)
        {
            AddChunk(target);
        }

        var rows = Extent(chunk).Rows;
        var (block, slot) = Math.DivRem(inChunk, IBlockLayout.RowsPerBlock);
        _layout.Write(
            Blocks(target.Chunks[chunk], rows).Slice(block * BlockBytes, BlockBytes), slot, code, term);
        Ordinals(target.Chunks[chunk], rows)[inChunk] = row.Value;
        Volatile.Write(ref target.Length, position + 1);
        return position;
    }

    /// <summary>Marks an entry as removed.</summary>
    public void Remove(int list, int position)
    {
        Debug.Assert(position < LengthOf(list), "only entries that are there are removed");
        var (chunk, inChunk) = Place(position);
        var ordinals = Ordinals(_lists[list].Chunks[chunk], Extent(chunk).Rows);
        Volatile.Write(ref ordinals[inChunk], ListPiece.Removed);
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        foreach (var chunk in _lists.SelectMany(list => list.Chunks))
        {
            chunk.Dispose();
        }
    }

    /// <summary>Where a chunk starts in its list, and how many rows it takes: 1, 1, 2, 4 … blocks.</summary>
    private static (int Start, int Rows) Extent(int chunk)
    {
        var grown = Math.Min(chunk, LargestChunkLog + 1);
        var start = grown == 0 ? 0 : 1 << (grown - 1);
        var blocks = grown == 0 ? 1 : 1 << Math.Min(grown - 1, LargestChunkLog);
        start += (chunk - grown) << LargestChunkLog;
        return (start * IBlockLayout.RowsPerBlock, blocks * IBlockLayout.RowsPerBlock);
    }

    private static (int Chunk, int Row) Place(int position)
    {
        var block = position / IBlockLayout.RowsPerBlock;
        var chunk = block >> LargestChunkLog == 0
            ? BitOperations.Log2((uint)block * 2 + 1)
            : LargestChunkLog + (block >> LargestChunkLog);
        Debug.Assert(position >= Extent(chunk).Start && position < Extent(chunk).Start + Extent(chunk).Rows);
        return (chunk, position - Extent(chunk).Start);
    }

    private void AddChunk(GrowingList list)
    {
        var blocks = Extent(list.Chunks.Length).Rows / IBlockLayout.RowsPerBlock;
        var chunk = new NativeBuffer<byte>((long)blocks * (BlockBytes + OrdinalBytes), _scope);
        Volatile.Write(ref list.Chunks, [.. list.Chunks, chunk]);
    }

    private ListPiece View(NativeBuffer<byte> chunk, int rows, int used)
    {
        var blocks = Blocks(chunk, rows)[..(ListPiece.BlocksFor(used) * BlockBytes)];
        return new ListPiece(Ordinals(chunk, rows)[..used], blocks);
    }

    private Span<byte> Blocks(NativeBuffer<byte> chunk, int rows) =>
        chunk.Slice(0, rows / IBlockLayout.RowsPerBlock * BlockBytes);

    private Span<int> Ordinals(NativeBuffer<byte> chunk, int rows)
    {
        var start = rows / IBlockLayout.RowsPerBlock * BlockBytes;
        return MemoryMarshal.Cast<byte, int>(chunk.Slice(start, rows * sizeof(int)));
    }

    private sealed class GrowingList
    {
        public NativeBuffer<byte>[] Chunks = [];

        public int Length;
    }
}
