using Vesper.Numerics.Quantization.Rotation;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>Where the parts of codes and blocks lie.</summary>
/// <remarks>
/// A code: a sign bit for each rotated dimension (1: not negative), then for each the further bits, packed from the
/// lowest bit on, then factors. A block: a group of 16 bytes for each four dimensions, with their signs in rows 0 … 15
/// (low bits) and 16 … 31 (high bits), where even bytes have the first eight rows of either and odd bytes the others,
/// so that sums of even and of odd bytes come out in order; the further bits row by row; each factor of 32 rows; 32
/// terms.
/// </remarks>
internal sealed class RaBitQShape
{
    /// <summary>Bytes of a group of signs in a block.</summary>
    public const int GroupBytes = 16;

    /// <summary>Rotated dimensions whose signs make one lookup.</summary>
    public const int SignsPerLookup = 4;

    // Lookups that the widest kernel does at once.
    private const int LookupsPerStep = 4;

    public RaBitQShape(RandomRotation rotation, int bits)
    {
        Rotated = rotation.RotatedDimensions;
        ExtraBits = bits - 1;
        SignBytes = Rotated / 8;
        ExtraBytes = Rotated / 8 * ExtraBits;
        FactorCount = ExtraBits == 0 ? 2 : 5;
        Lookups = (Rotated / SignsPerLookup + LookupsPerStep - 1) / LookupsPerStep * LookupsPerStep;
        ExtraStart = Lookups * GroupBytes;
        FactorStart = ExtraStart + ExtraBytes * IBlockLayout.RowsPerBlock;
        int end = checked(FactorStart + (FactorCount + 1) * IBlockLayout.RowsPerBlock * sizeof(float));
        BlockBytes = (end + 63) & ~63;
    }

    /// <summary>Where a group has a row's signs, and how far up in the byte.</summary>
    public static (int Byte, int Shift) PlaceOf(int row) => (2 * (row % 8) + row / 8 % 2, row / GroupBytes * 4);

    /// <summary>Rotated dimensions: a multiple of 8.</summary>
    public int Rotated { get; }

    /// <summary>Bits of a dimension beside its sign, 0 … 8.</summary>
    public int ExtraBits { get; }

    /// <summary>Bytes of a code's signs.</summary>
    public int SignBytes { get; }

    /// <summary>Bytes of a code's further bits.</summary>
    public int ExtraBytes { get; }

    /// <summary>Factors of a row: <see cref="RaBitQFactor"/>.</summary>
    public int FactorCount { get; }

    /// <summary>Bytes of a code.</summary>
    public int CodeBytes => SignBytes + ExtraBytes + FactorCount * sizeof(float);

    /// <summary>Groups of signs in a block, with empty ones at the end.</summary>
    public int Lookups { get; }

    /// <summary>Where a block's further bits start.</summary>
    public int ExtraStart { get; }

    /// <summary>Where a block's factors start.</summary>
    public int FactorStart { get; }

    /// <summary>Bytes of a block.</summary>
    public int BlockBytes { get; }
}
