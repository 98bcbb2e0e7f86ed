using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Kernels;

/// <summary>16 floats at a time.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<float>>
{
    public static int WidthBits => 512;

    public static int Count => Vector512<float>.Count;

    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref readonly float source, nuint index) =>
        Vector512.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadTail(ref float source, nuint fresh)
    {
        // SAFETY: kernels come here after at least one whole vector, so what lies before the source is theirs, too; the
        // mask table has a window for every 0 < fresh ≤ Count.
        Debug.Assert(fresh > 0 && fresh <= (nuint)Count);
        nint back = (nint)fresh - Count;
        Vector512<int> mask = Vector512.LoadUnsafe(in TailMask.Start, (nuint)(TailMask.Zeros + back));
        return Vector512.LoadUnsafe(ref Unsafe.Add(ref source, back)) & mask.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadHalves(ref readonly Half source, nuint index)
    {
        Vector512<int> bits = HalfBits.Widen(Vector256.LoadUnsafe(in HalfBits.Short(in source, index)));
        return ((bits << HalfBits.Shift) & Vector512.Create(HalfBits.Kept)).AsSingle() * HalfBits.Scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadHalfTail(ref Half source, nuint fresh)
    {
        // SAFETY: as in LoadTail.
        Debug.Assert(fresh > 0 && fresh <= (nuint)Count);
        nint back = (nint)fresh - Count;
        Vector512<int> mask = Vector512.LoadUnsafe(in TailMask.Start, (nuint)(TailMask.Zeros + back));
        return LoadHalves(ref Unsafe.Add(ref source, back), 0) & mask.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(
        Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMostMask(Vector512<float> left, Vector512<float> right) =>
        (uint)Vector512.LessThanOrEqual(left, right).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) =>
        Lanes256.Sum(value.GetLower() + value.GetUpper());
}
