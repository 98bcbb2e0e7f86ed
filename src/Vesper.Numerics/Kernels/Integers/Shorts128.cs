using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>8 bytes at a time.</summary>
internal readonly struct Shorts128 : IShortLanes<Vector128<short>, Vector128<int>>
{
    public static int Count => Vector128<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(ref byte source, nuint index) =>
        Vector128.WidenLower(Eight(ref Unsafe.Add(ref source, index))).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(ref sbyte source, nuint index) =>
        Vector128.WidenLower(Eight(ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref source, index))).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> KeepLast(Vector128<short> value, int fresh) =>
        value & Vector128.GreaterThanOrEqual(Vector128<short>.Indices, Vector128.Create((short)(Count - fresh)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Subtract(Vector128<short> left, Vector128<short> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Abs(Vector128<short> value) => Vector128.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Broadcast(short value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddProducts(Vector128<int> sums, Vector128<short> left, Vector128<short> right)
    {
        if (Sse2.IsSupported)
        {
            return sums + Sse2.MultiplyAddAdjacent(left, right);
        }

        (Vector128<int> leftLow, Vector128<int> leftHigh) = Vector128.Widen(left);
        (Vector128<int> rightLow, Vector128<int> rightHigh) = Vector128.Widen(right);
        return sums + leftLow * rightLow + leftHigh * rightHigh;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> left, Vector128<int> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector128<int> sums) => Vector128.Sum(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Eight(ref byte source) =>
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref source)).AsByte();
}
