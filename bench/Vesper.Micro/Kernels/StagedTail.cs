using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels;

namespace Vesper.Micro.Kernels;

/// <summary>
/// A width whose last vector is not read back over elements already folded: what is left is copied into a zeroed
/// vector first.
/// </summary>
internal readonly struct StagedTail<TLanes, TVector> : ILanes<TVector>
    where TLanes : ILanes<TVector> where TVector : struct
{
    public static int WidthBits => TLanes.WidthBits;

    public static int Count => TLanes.Count;

    public static bool IsSupported => TLanes.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(ref readonly float source, nuint index) => TLanes.Load(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LoadTail(ref float source, nuint fresh)
    {
        TVector staged = default;
        MemoryMarshal.CreateReadOnlySpan(ref source, (int)fresh)
            .CopyTo(MemoryMarshal.Cast<TVector, float>(new Span<TVector>(ref staged)));
        return staged;
    }

    public static TVector LoadHalves(ref readonly Half source, nuint index) => TLanes.LoadHalves(in source, index);

    public static TVector LoadHalfTail(ref Half source, nuint fresh) => TLanes.LoadHalfTail(ref source, fresh);

    public static TVector Broadcast(float value) => TLanes.Broadcast(value);

    public static void Store(TVector value, ref float target, nuint index) => TLanes.Store(value, ref target, index);

    public static uint AtMostMask(TVector left, TVector right) => TLanes.AtMostMask(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add(TVector left, TVector right) => TLanes.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Subtract(TVector left, TVector right) => TLanes.Subtract(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Abs(TVector value) => TLanes.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector left, TVector right, TVector addend) =>
        TLanes.MultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(TVector value) => TLanes.Sum(value);
}
