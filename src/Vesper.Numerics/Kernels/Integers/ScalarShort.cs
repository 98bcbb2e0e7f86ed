using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>One byte at a time.</summary>
internal readonly struct ScalarShort : IShortLanes<short, int>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Load(ref byte source, nuint index) => Unsafe.Add(ref source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Load(ref sbyte source, nuint index) => Unsafe.Add(ref source, index);

    public static short KeepLast(short value, int fresh) =>
        throw new UnreachableException("Single bytes leave no tail.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Subtract(short left, short right) => (short)(left - right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Abs(short value) => Math.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Broadcast(short value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AddProducts(int sums, short left, short right) => sums + left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(int left, int right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(int sums) => sums;
}
