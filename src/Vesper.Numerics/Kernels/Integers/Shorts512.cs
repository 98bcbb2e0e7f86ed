using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>32 bytes at a time.</summary>
internal readonly struct Shorts512 : IShortLanes<Vector512<short>, Vector512<int>>
{
    public static int Count => Vector512<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(ref byte source, nuint index) =>
        Widen(Vector256.LoadUnsafe(ref source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(ref sbyte source, nuint index) =>
        Widen(Vector256.LoadUnsafe(ref source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> KeepLast(Vector512<short> value, int fresh) =>
        value & Vector512.GreaterThanOrEqual(Vector512<short>.Indices, Vector512.Create((short)(Count - fresh)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Subtract(Vector512<short> left, Vector512<short> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Abs(Vector512<short> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Broadcast(short value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddProducts(Vector512<int> sums, Vector512<short> left, Vector512<short> right)
    {
        if (Avx512BW.IsSupported)
        {
            return sums + Avx512BW.MultiplyAddAdjacent(left, right);
        }

        (Vector512<int> leftLow, Vector512<int> leftHigh) = Vector512.Widen(left);
        (Vector512<int> rightLow, Vector512<int> rightHigh) = Vector512.Widen(right);
        return sums + leftLow * rightLow + leftHigh * rightHigh;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> left, Vector512<int> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector512<int> sums) => Vector512.Sum(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Widen(Vector256<byte> bytes) => Avx512BW.IsSupported
        ? Avx512BW.ConvertToVector512Int16(bytes)
        : Vector512.Create(Vector256.WidenLower(bytes), Vector256.WidenUpper(bytes)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Widen(Vector256<sbyte> bytes) => Avx512BW.IsSupported
        ? Avx512BW.ConvertToVector512Int16(bytes)
        : Vector512.Create(Vector256.WidenLower(bytes), Vector256.WidenUpper(bytes));
}
