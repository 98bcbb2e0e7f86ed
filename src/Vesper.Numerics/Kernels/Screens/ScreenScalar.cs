using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>One sum at a time: the width of machines without SIMD.</summary>
internal readonly struct ScreenScalar : IScreenLanes<int>
{
    private const int HalfBits = 16;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(ref readonly int source, nuint index) => Unsafe.Add(ref Unsafe.AsRef(in source), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(int value, ref int target, nuint index) => Unsafe.Add(ref target, index) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Broadcast(int pair) => pair;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MultiplyAddPairs(int left, int right, int sum) =>
        (short)left * (short)right + (left >> HalfBits) * (right >> HalfBits) + sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAnyAbove(int first, int second, int limit) => first > limit || second > limit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveMask(int value, int limit) => value > limit ? 1u : 0;
}
