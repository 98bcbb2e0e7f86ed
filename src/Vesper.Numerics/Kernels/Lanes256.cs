using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Kernels;

/// <summary>8 floats at a time.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<float>>
{
    public static int WidthBits => 256;

    public static int Count => Vector256<float>.Count;

    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ref readonly float source, nuint index) =>
        Vector256.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadTail(ref float source, nuint fresh)
    {
        // SAFETY: kernels come here after at least one whole vector, so what lies before the source is theirs, too; the
        // mask table has a window for every 0 < fresh ≤ Count.
        Debug.Assert(fresh > 0 && fresh <= (nuint)Count);
        nint back = (nint)fresh - Count;
        Vector256<int> mask = Vector256.LoadUnsafe(in TailMask.Start, (nuint)(TailMask.Zeros + back));
        return Vector256.LoadUnsafe(ref Unsafe.Add(ref source, back)) & mask.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadHalves(ref readonly Half source, nuint index)
    {
        Vector256<int> bits = HalfBits.Widen(Vector128.LoadUnsafe(in HalfBits.Short(in source, index)));
        return ((bits << HalfBits.Shift) & Vector256.Create(HalfBits.Kept)).AsSingle() * HalfBits.Scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadHalfTail(ref Half source, nuint fresh)
    {
        // SAFETY: as in LoadTail.
        Debug.Assert(fresh > 0 && fresh <= (nuint)Count);
        nint back = (nint)fresh - Count;
        Vector256<int> mask = Vector256.LoadUnsafe(in TailMask.Start, (nuint)(TailMask.Zeros + back));
        return LoadHalves(ref Unsafe.Add(ref source, back), 0) & mask.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, ref float target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(
        Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMostMask(Vector256<float> left, Vector256<float> right) =>
        Vector256.LessThanOrEqual(left, right).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value) =>
        Vector128.Sum(value.GetLower() + value.GetUpper());
}
