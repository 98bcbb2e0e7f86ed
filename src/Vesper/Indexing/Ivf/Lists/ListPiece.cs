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
