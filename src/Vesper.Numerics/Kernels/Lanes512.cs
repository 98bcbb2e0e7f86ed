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
    public static float Sum(Vector512<float> value) =>
        Lanes256.Sum(value.GetLower() + value.GetUpper());
}
