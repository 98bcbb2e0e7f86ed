using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Elements;

/// <summary>Rows of floats.</summary>
internal readonly struct FloatElement : IElement<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TLanes, TVector>(ref float source, nuint index)
        where TLanes : ILanes<TVector> where TVector : struct => TLanes.Load(ref source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LoadTail<TLanes, TVector>(ref float source, nuint fresh)
        where TLanes : ILanes<TVector> where TVector : struct => TLanes.LoadTail(ref source, fresh);
}
