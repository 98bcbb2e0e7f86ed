using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>12 rows × 2 vectors: fills a file of 32 vector registers.</summary>
internal readonly struct Tile12 : ITile
{
    public static int Rows => 12;

    // Written out: each sum is a local of its own, or it would not stay in a register.
    public static void Multiply<TLanes, TVector>(
        ref float rows, ref float panel, nuint dimensions, ref float start, ref float sums)
        where TLanes : ILanes<TVector> where TVector : struct
    {
        // SAFETY: the step moves by 12 floats of rows and by a panel's width, `dimensions` times, as long as both are;
        // the caller owns 12 panel widths of sums.
        nuint lanes = (nuint)TLanes.Count;
        TVector left = TLanes.Load(ref start, 0);
        TVector right = TLanes.Load(ref start, lanes);
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
        for (nuint d = 0; d < dimensions; d++)
        {
            left = TLanes.Load(ref panel, 0);
            right = TLanes.Load(ref panel, lanes);
            TVector row = TLanes.Broadcast(rows);
            left0 = TLanes.MultiplyAdd(row, left, left0);
            right0 = TLanes.MultiplyAdd(row, right, right0);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 1));
            left1 = TLanes.MultiplyAdd(row, left, left1);
            right1 = TLanes.MultiplyAdd(row, right, right1);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 2));
            left2 = TLanes.MultiplyAdd(row, left, left2);
            right2 = TLanes.MultiplyAdd(row, right, right2);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 3));
            left3 = TLanes.MultiplyAdd(row, left, left3);
            right3 = TLanes.MultiplyAdd(row, right, right3);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 4));
            left4 = TLanes.MultiplyAdd(row, left, left4);
            right4 = TLanes.MultiplyAdd(row, right, right4);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 5));
            left5 = TLanes.MultiplyAdd(row, left, left5);
            right5 = TLanes.MultiplyAdd(row, right, right5);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 6));
            left6 = TLanes.MultiplyAdd(row, left, left6);
            right6 = TLanes.MultiplyAdd(row, right, right6);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 7));
            left7 = TLanes.MultiplyAdd(row, left, left7);
            right7 = TLanes.MultiplyAdd(row, right, right7);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 8));
            left8 = TLanes.MultiplyAdd(row, left, left8);
            right8 = TLanes.MultiplyAdd(row, right, right8);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 9));
            left9 = TLanes.MultiplyAdd(row, left, left9);
            right9 = TLanes.MultiplyAdd(row, right, right9);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 10));
            left10 = TLanes.MultiplyAdd(row, left, left10);
            right10 = TLanes.MultiplyAdd(row, right, right10);
            row = TLanes.Broadcast(Unsafe.Add(ref rows, 11));
            left11 = TLanes.MultiplyAdd(row, left, left11);
            right11 = TLanes.MultiplyAdd(row, right, right11);
            rows = ref Unsafe.Add(ref rows, Rows);
            panel = ref Unsafe.Add(ref panel, 2 * lanes);
        }

        TileSums.Store<TLanes, TVector>(ref sums, 0, left0, right0);
        TileSums.Store<TLanes, TVector>(ref sums, 1, left1, right1);
        TileSums.Store<TLanes, TVector>(ref sums, 2, left2, right2);
        TileSums.Store<TLanes, TVector>(ref sums, 3, left3, right3);
        TileSums.Store<TLanes, TVector>(ref sums, 4, left4, right4);
        TileSums.Store<TLanes, TVector>(ref sums, 5, left5, right5);
        TileSums.Store<TLanes, TVector>(ref sums, 6, left6, right6);
        TileSums.Store<TLanes, TVector>(ref sums, 7, left7, right7);
        TileSums.Store<TLanes, TVector>(ref sums, 8, left8, right8);
        TileSums.Store<TLanes, TVector>(ref sums, 9, left9, right9);
        TileSums.Store<TLanes, TVector>(ref sums, 10, left10, right10);
        TileSums.Store<TLanes, TVector>(ref sums, 11, left11, right11);
    }
}
