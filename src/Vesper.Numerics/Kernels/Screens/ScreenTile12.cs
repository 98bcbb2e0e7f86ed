using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>12 rows × 2 vectors of centroids: fills a file of 32 vector registers.</summary>
internal sealed class ScreenTile12<TLanes, TVector> : ScreenTile<TLanes, TVector>
    where TLanes : IScreenLanes<TVector> where TVector : struct
{
    private const int Rows = 12;

    public override int TileRows => Rows;

    // Written out: each sum is a local of its own, or it would not stay in a register.
    protected override uint ScoreTile(
        ReadOnlySpan<int> tile, ReadOnlySpan<int> panel, ReadOnlySpan<int> cuts, ScreenHits hits)
    {
        // SAFETY: the caller asserted that the tile has Rows and the panel 2 × Count ints for each of the pairs, and
        // the panel the starts before them; each step moves both by one pair.
        nuint lanes = (nuint)TLanes.Count;
        ref int rows = ref MemoryMarshal.GetReference(tile);
        ref int end = ref Unsafe.Add(ref rows, tile.Length);
        ref int centroids = ref MemoryMarshal.GetReference(panel);
        Debug.Assert(tile.Length / Rows * 2 * TLanes.Count == panel.Length - 2 * TLanes.Count);
        TVector left = TLanes.Load(ref centroids, 0);
        TVector right = TLanes.Load(ref centroids, lanes);
        TVector left0 = left, right0 = right;
        TVector left1 = left, right1 = right;
        TVector left2 = left, right2 = right;
        TVector left3 = left, right3 = right;
        TVector left4 = left, right4 = right;
        TVector left5 = left, right5 = right;
        TVector left6 = left, right6 = right;
        TVector left7 = left, right7 = right;
        TVector left8 = left, right8 = right;
        TVector left9 = left, right9 = right;
        TVector left10 = left, right10 = right;
        TVector left11 = left, right11 = right;
        while (Unsafe.IsAddressLessThan(ref rows, ref end))
        {
            centroids = ref Unsafe.Add(ref centroids, 2 * lanes);
            left = TLanes.Load(ref centroids, 0);
            right = TLanes.Load(ref centroids, lanes);
            TVector row = TLanes.Broadcast(rows);
            left0 = TLanes.MultiplyAddPairs(row, left, left0);
            right0 = TLanes.MultiplyAddPairs(row, right, right0);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 1));
            left1 = TLanes.MultiplyAddPairs(row, left, left1);
            right1 = TLanes.MultiplyAddPairs(row, right, right1);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 2));
            left2 = TLanes.MultiplyAddPairs(row, left, left2);
            right2 = TLanes.MultiplyAddPairs(row, right, right2);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 3));
            left3 = TLanes.MultiplyAddPairs(row, left, left3);
            right3 = TLanes.MultiplyAddPairs(row, right, right3);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 4));
            left4 = TLanes.MultiplyAddPairs(row, left, left4);
            right4 = TLanes.MultiplyAddPairs(row, right, right4);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 5));
            left5 = TLanes.MultiplyAddPairs(row, left, left5);
            right5 = TLanes.MultiplyAddPairs(row, right, right5);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 6));
            left6 = TLanes.MultiplyAddPairs(row, left, left6);
            right6 = TLanes.MultiplyAddPairs(row, right, right6);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 7));
            left7 = TLanes.MultiplyAddPairs(row, left, left7);
            right7 = TLanes.MultiplyAddPairs(row, right, right7);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 8));
            left8 = TLanes.MultiplyAddPairs(row, left, left8);
            right8 = TLanes.MultiplyAddPairs(row, right, right8);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 9));
            left9 = TLanes.MultiplyAddPairs(row, left, left9);
            right9 = TLanes.MultiplyAddPairs(row, right, right9);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 10));
            left10 = TLanes.MultiplyAddPairs(row, left, left10);
            right10 = TLanes.MultiplyAddPairs(row, right, right10);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 11));
            left11 = TLanes.MultiplyAddPairs(row, left, left11);
            right11 = TLanes.MultiplyAddPairs(row, right, right11);
            rows = ref Unsafe.Add(ref rows, Rows);
        }

        uint found = Keep(0, left0, right0, cuts, hits)
            | Keep(1, left1, right1, cuts, hits)
            | Keep(2, left2, right2, cuts, hits)
            | Keep(3, left3, right3, cuts, hits)
            | Keep(4, left4, right4, cuts, hits)
            | Keep(5, left5, right5, cuts, hits)
            | Keep(6, left6, right6, cuts, hits)
            | Keep(7, left7, right7, cuts, hits)
            | Keep(8, left8, right8, cuts, hits)
            | Keep(9, left9, right9, cuts, hits)
            | Keep(10, left10, right10, cuts, hits)
            | Keep(11, left11, right11, cuts, hits);
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Keep(int row, TVector left, TVector right, ReadOnlySpan<int> cuts, ScreenHits hits)
    {
        // SAFETY: there is a cut for each row of the tile.
        Debug.Assert(row < cuts.Length);
        int cut = Unsafe.Add(ref MemoryMarshal.GetReference(cuts), row);
        if (!TLanes.IsAnyAbove(left, right, cut))
        {
            return 0;
        }

        // SAFETY: scores have room for 2 × Count ints of each row of the tile.
        int count = TLanes.Count;
        Debug.Assert((row + 1) * 2 * count <= hits.Scores.Length);
        ref int scores = ref hits.Scores[row * 2 * count];
        TLanes.Store(left, ref scores, 0);
        TLanes.Store(right, ref scores, (nuint)count);
        hits.Masks[row] = TLanes.AboveMask(left, cut) | TLanes.AboveMask(right, cut) << count;
        return 1u << row;
    }
}
