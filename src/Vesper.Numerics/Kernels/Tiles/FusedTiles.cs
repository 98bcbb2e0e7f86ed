using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>The one body of many-to-many screening, for any width and tile.</summary>
internal sealed class FusedTiles<TLanes, TVector, TTile> : TileKernel
    where TLanes : ILanes<TVector> where TVector : struct where TTile : ITile
{
    public override int TileRows => TTile.Rows;

    public override int PanelWidth => ITile.PanelVectors * TLanes.Count;

    // A panel stays in the first cache while the tiles of a block of rows pass it.
    public override void Screen(TileScratch scratch)
    {
        PackedRows targets = scratch.Targets;
        for (int panel = 0; panel < targets.Panels; panel++)
        {
            ref float elements = ref targets.Panel(panel);
            ref float start = ref targets.Start(panel, scratch.Metric);
            for (int row = 0; row < scratch.Rows; row += TTile.Rows)
            {
                ref float sums = ref scratch.Sums;
                TTile.Multiply<TLanes, TVector>(
                    ref scratch.Tile(row), ref elements, (nuint)targets.Dimensions, ref start, ref sums);
                Collect(scratch, row, panel * PanelWidth, ref sums);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Collect(TileScratch scratch, int firstRow, int firstTarget, ref float sums)
    {
        // SAFETY: the sums are TTile.Rows panels wide, of which this reads those of rows that are there.
        int lanes = TLanes.Count;
        ReadOnlySpan<float> thresholds = scratch.Candidates.Thresholds(firstRow, TTile.Rows);
        for (int i = 0; i < thresholds.Length; i++)
        {
            TVector threshold = TLanes.Broadcast(thresholds[i]);
            uint near = TLanes.AtMostMask(TLanes.Load(ref sums, 0), threshold)
                | TLanes.AtMostMask(TLanes.Load(ref sums, (nuint)lanes), threshold) << lanes;
            if (near != 0)
            {
                scratch.Candidates.Offer(firstRow + i, firstTarget, near, ref sums);
            }

            sums = ref Unsafe.Add(ref sums, ITile.PanelVectors * lanes);
        }
    }
}
