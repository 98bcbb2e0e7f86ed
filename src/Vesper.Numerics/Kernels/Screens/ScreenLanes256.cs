using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>8 sums at a time.</summary>
internal readonly struct ScreenLanes256 : IScreenLanes<Vector256<int>>
{
    private const int HalfBits = 16;

    public static int Count => Vector256<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(ref readonly int source, nuint index) => Vector256.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> value, ref int target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(int pair) => Vector256.Create(pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddPairs(Vector256<int> left, Vector256<int> right, Vector256<int> sum) =>
        Avx2.IsSupported
            ? Avx2.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16()) + sum
            : Low(left) * Low(right) + (left >> HalfBits) * (right >> HalfBits) + sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAnyAbove(Vector256<int> first, Vector256<int> second, int limit) =>
        Vector256.GreaterThanAny(Vector256.Max(first, second), Vector256.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveMask(Vector256<int> value, int limit) =>
        Vector256.GreaterThan(value, Vector256.Create(limit)).ExtractMostSignificantBits();

    private static Vector256<int> Low(Vector256<int> pairs) => pairs << HalfBits >> HalfBits;
}
