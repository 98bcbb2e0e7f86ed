using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Elements;

/// <summary>Rows of half floats, made floats on load, exactly.</summary>
internal readonly struct HalfElement : IElement<Half>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TLanes, TVector>(ref Half source, nuint index)
        where TLanes : ILanes<TVector> where TVector : struct => TLanes.LoadHalves(ref source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LoadTail<TLanes, TVector>(ref Half source, nuint fresh)
        where TLanes : ILanes<TVector> where TVector : struct => TLanes.LoadHalfTail(ref source, fresh);
}
