using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// One float at a time: the width of machines without SIMD, and the step for vectors shorter than a SIMD vector.
/// </summary>
internal readonly struct ScalarLane : ILanes<float>
{
    public static int WidthBits => 32;

    public static int Count => 1;

    public static bool IsSupported => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ref readonly float source, nuint index) =>
        Unsafe.Add(ref Unsafe.AsRef(in source), index);

    public static float LoadTail(ref float source, nuint fresh) =>
        throw new UnreachableException("Single floats leave no tail.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadHalves(ref readonly Half source, nuint index)
    {
        int bits = HalfBits.Short(in source, index);
        return BitConverter.Int32BitsToSingle((bits << HalfBits.Shift) & HalfBits.Kept) * HalfBits.Scale;
    }

    public static float LoadHalfTail(ref Half source, nuint fresh) =>
        throw new UnreachableException("Single floats leave no tail.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, ref float target, nuint index) => Unsafe.Add(ref target, index) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float value) => MathF.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) =>
        float.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMostMask(float left, float right) => left <= right ? 1u : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float value) => value;
}
