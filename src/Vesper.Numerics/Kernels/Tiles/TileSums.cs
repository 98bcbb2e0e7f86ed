using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>Where a tile leaves its sums: row after row, two vectors each.</summary>
internal static class TileSums
{
    /// <summary>Writes the two vectors of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes, TVector>(ref float sums, nuint row, TVector left, TVector right)
        where TLanes : ILanes<TVector> where TVector : struct
    {
        nuint lanes = (nuint)TLanes.Count;
        TLanes.Store(left, ref sums, 2 * row * lanes);
        TLanes.Store(right, ref sums, (2 * row + 1) * lanes);
    }
}
