using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>16 bytes at a time.</summary>
internal readonly struct Shorts256 : IShortLanes<Vector256<short>, Vector256<int>>
{
    public static int Count => Vector256<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(ref byte source, nuint index) =>
        Widen(Vector128.LoadUnsafe(ref source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(ref sbyte source, nuint index) =>
        Widen(Vector128.LoadUnsafe(ref source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> KeepLast(Vector256<short> value, int fresh) =>
        value & Vector256.GreaterThanOrEqual(Vector256<short>.Indices, Vector256.Create((short)(Count - fresh)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Subtract(Vector256<short> left, Vector256<short> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Abs(Vector256<short> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Broadcast(short value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddProducts(Vector256<int> sums, Vector256<short> left, Vector256<short> right)
    {
        if (AvxVnni.IsSupported)
        {
            return AvxVnni.MultiplyWideningAndAdd(sums, left, right);
        }

        if (Avx2.IsSupported)
        {
            return sums + Avx2.MultiplyAddAdjacent(left, right);
        }

        (Vector256<int> leftLow, Vector256<int> leftHigh) = Vector256.Widen(left);
        (Vector256<int> rightLow, Vector256<int> rightHigh) = Vector256.Widen(right);
        return sums + leftLow * rightLow + leftHigh * rightHigh;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> left, Vector256<int> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector256<int> sums) => Vector256.Sum(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(Vector128<byte> bytes) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int16(bytes)
        : Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(Vector128<sbyte> bytes) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int16(bytes)
        : Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
}
