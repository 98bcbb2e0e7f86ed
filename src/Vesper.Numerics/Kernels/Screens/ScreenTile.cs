using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>What tiles of any number of rows share: panels of two vectors of centroids.</summary>
internal abstract class ScreenTile<TLanes, TVector> : ScreenKernel
    where TLanes : IScreenLanes<TVector> where TVector : struct
{
    public override int PanelWidth => 2 * TLanes.Count;

    public override uint AboveMask(ReadOnlySpan<int> scores, int cut)
    {
        // SAFETY: a panel has two vectors of scores.
        int count = TLanes.Count;
        Debug.Assert(scores.Length == 2 * count);
        ref int first = ref MemoryMarshal.GetReference(scores);
        return TLanes.AboveMask(TLanes.Load(ref first, 0), cut)
            | TLanes.AboveMask(TLanes.Load(ref first, (nuint)count), cut) << count;
    }
}
