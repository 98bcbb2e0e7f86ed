using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>16 sums at a time.</summary>
internal readonly struct ScreenLanes512 : IScreenLanes<Vector512<int>>
{
    private const int HalfBits = 16;

    public static int Count => Vector512<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(ref readonly int source, nuint index) => Vector512.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> value, ref int target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(int pair) => Vector512.Create(pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddPairs(Vector512<int> left, Vector512<int> right, Vector512<int> sum) =>
        Avx512BW.IsSupported
            ? Avx512BW.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16()) + sum
            : Low(left) * Low(right) + (left >> HalfBits) * (right >> HalfBits) + sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAnyAbove(Vector512<int> first, Vector512<int> second, int limit) =>
        Vector512.GreaterThanAny(Vector512.Max(first, second), Vector512.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveMask(Vector512<int> value, int limit) =>
        (uint)Vector512.GreaterThan(value, Vector512.Create(limit)).ExtractMostSignificantBits();

    private static Vector512<int> Low(Vector512<int> pairs) => pairs << HalfBits >> HalfBits;
}
