using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>Rows of a block as bits of a mask.</summary>
internal static class BlockRows
{
    /// <summary>The first rows: all 32 when there are more.</summary>
    public static uint InUse(int rows) => rows >= IBlockLayout.RowsPerBlock ? uint.MaxValue : (1u << rows) - 1;
}
