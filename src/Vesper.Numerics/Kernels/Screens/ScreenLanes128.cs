using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>4 sums at a time.</summary>
internal readonly struct ScreenLanes128 : IScreenLanes<Vector128<int>>
{
    private const int HalfBits = 16;

    public static int Count => Vector128<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(ref readonly int source, nuint index) => Vector128.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> value, ref int target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(int pair) => Vector128.Create(pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddPairs(Vector128<int> left, Vector128<int> right, Vector128<int> sum) =>
        Sse2.IsSupported
            ? Sse2.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16()) + sum
            : Low(left) * Low(right) + (left >> HalfBits) * (right >> HalfBits) + sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAnyAbove(Vector128<int> first, Vector128<int> second, int limit) =>
        Vector128.GreaterThanAny(Vector128.Max(first, second), Vector128.Create(limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveMask(Vector128<int> value, int limit) =>
        Vector128.GreaterThan(value, Vector128.Create(limit)).ExtractMostSignificantBits();

    private static Vector128<int> Low(Vector128<int> pairs) => pairs << HalfBits >> HalfBits;
}
