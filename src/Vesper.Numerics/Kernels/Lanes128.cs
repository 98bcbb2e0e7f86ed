using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Kernels;

/// <summary>4 floats at a time.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<float>>
{
    public static int WidthBits => 128;

    public static int Count => Vector128<float>.Count;

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(ref readonly float source, nuint index) =>
        Vector128.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadTail(ref float source, nuint fresh)
    {
        // SAFETY: kernels come here after at least one whole vector, so what lies before the source is theirs, too; the
        // mask table has a window for every 0 < fresh ≤ Count.
        Debug.Assert(fresh > 0 && fresh <= (nuint)Count);
        nint back = (nint)fresh - Count;
        Vector128<int> mask = Vector128.LoadUnsafe(in TailMask.Start, (nuint)(TailMask.Zeros + back));
        return Vector128.LoadUnsafe(ref Unsafe.Add(ref source, back)) & mask.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadHalves(ref readonly Half source, nuint index)
    {
        Vector128<int> bits = Vector128.WidenLower(
            Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(in HalfBits.Byte(in source, index))).AsInt16());
        return ((bits << HalfBits.Shift) & Vector128.Create(HalfBits.Kept)).AsSingle() * HalfBits.Scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadHalfTail(ref Half source, nuint fresh)
    {
        // SAFETY: as in LoadTail.
        Debug.Assert(fresh > 0 && fresh <= (nuint)Count);
        nint back = (nint)fresh - Count;
        Vector128<int> mask = Vector128.LoadUnsafe(in TailMask.Start, (nuint)(TailMask.Zeros + back));
        return LoadHalves(ref Unsafe.Add(ref source, back), 0) & mask.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, ref float target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> left, Vector128<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> value) => Vector128.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(
        Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMostMask(Vector128<float> left, Vector128<float> right) =>
        Vector128.LessThanOrEqual(left, right).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> value) => Vector128.Sum(value);
}
