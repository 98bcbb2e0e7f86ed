using System.Diagnostics;

namespace Vesper.Indexing.Ivf.Lists;

/// <summary>A run of rows of one inverted list: their ordinals, and their codes in blocks of 32.</summary>
internal readonly ref struct ListPiece(ReadOnlySpan<int> ordinals, ReadOnlySpan<byte> blocks)
{
    /// <summary>An ordinal that stands for a removed row.</summary>
    public const int Removed = -1;

    /// <summary>The rows in use, from the first slot on; <see cref="Removed"/> for those taken out.</summary>
    public ReadOnlySpan<int> Ordinals { get; } = ordinals;

    /// <summary>Whole blocks, at least as many as the ordinals need.</summary>
    public ReadOnlySpan<byte> Blocks { get; } = blocks;

    /// <summary>Takes the code of an entry out; returns its term.</summary>
    public float Read(int entry, IBlockLayout layout, Span<byte> code)
    {
        var (block, slot) = Math.DivRem(entry, IBlockLayout.RowsPerBlock);
        return layout.Read(Blocks.Slice(block * layout.BlockBytes, layout.BlockBytes), slot, code);
    }

    /// <summary>Part of the piece, from the start of a block on.</summary>
    public ListPiece Slice(int from, int rows, int blockBytes)
    {
        Debug.Assert(from % IBlockLayout.RowsPerBlock == 0, "a part starts with a block");
        var start = from / IBlockLayout.RowsPerBlock * blockBytes;
        var length = BlocksFor(rows) * blockBytes;
        return new ListPiece(Ordinals.Slice(from, rows), Blocks.Slice(start, length));
    }

    /// <summary>Blocks that so many rows fill.</summary>
    public static int BlocksFor(int rows) => (rows + IBlockLayout.RowsPerBlock - 1) / IBlockLayout.RowsPerBlock;
}

/// <summary>The pieces of one list, for a loop over them.</summary>
internal ref struct ListPieces(InvertedLists lists, int list)
{
    private int _next;

    /// <summary>The piece at hand.</summary>
    public ListPiece Current { get; private set; }

    /// <summary>This: a loop needs no more.</summary>
    public readonly ListPieces GetEnumerator() => this;

    /// <summary>Goes on to the next piece; false behind the last.</summary>
    public bool MoveNext()
    {
        Current = lists.Piece(list, _next++);
        return !Current.Ordinals.IsEmpty;
    }
}
