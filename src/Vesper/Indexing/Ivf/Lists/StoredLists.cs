using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vesper.Indexing.Ivf.Lists;

/// <summary>
/// Inverted lists as they lie in a file: all ordinals, then all blocks, list after list. Immutable.
/// </summary>
/// <param name="starts">Where each list's entries start, in rows; one more for the end.</param>
/// <param name="memory">What is freed with the lists.</param>
/// <param name="bytes">The memory.</param>
/// <param name="place">Where ordinals and blocks lie in it.</param>
internal sealed class StoredLists(
    int[] starts, IDisposable memory, NativeBuffer<byte> bytes, ListsPlace place) : InvertedLists
{
    private readonly long[] _firstBlocks = FirstBlocks(starts);

    /// <inheritdoc/>
    public override int Count => starts.Length - 1;

    /// <inheritdoc/>
    public override int BlockBytes => place.BlockBytes;

    /// <inheritdoc/>
    public override int LengthOf(int list) => starts[list + 1] - starts[list];

    /// <inheritdoc/>
    protected internal override ListPiece Piece(int list, int number)
    {
        var rows = LengthOf(list);
        if (number > 0 || rows == 0)
        {
            return default;
        }

        var ordinals = bytes.Slice(place.Ordinals + ((long)starts[list] * sizeof(int)), rows * sizeof(int));
        var blocks = bytes.Slice(
            place.Blocks + (_firstBlocks[list] * BlockBytes), checked(ListPiece.BlocksFor(rows) * BlockBytes));
        return new ListPiece(MemoryMarshal.Cast<byte, int>(ordinals), blocks);
    }

    /// <inheritdoc/>
    protected override void Free() => memory.Dispose();

    private static long[] FirstBlocks(int[] starts)
    {
        var first = new long[starts.Length];
        for (var list = 0; list + 1 < starts.Length; list++)
        {
            Debug.Assert(starts[list] <= starts[list + 1], "lists follow each other");
            first[list + 1] = first[list] + ListPiece.BlocksFor(starts[list + 1] - starts[list]);
        }

        return first;
    }
}

/// <summary>Where the entries of stored lists lie.</summary>
/// <param name="Ordinals">Offset of the first ordinal, a multiple of 64.</param>
/// <param name="Blocks">Offset of the first block, a multiple of 64.</param>
/// <param name="BlockBytes">Bytes of one block.</param>
internal readonly record struct ListsPlace(long Ordinals, long Blocks, int BlockBytes);
