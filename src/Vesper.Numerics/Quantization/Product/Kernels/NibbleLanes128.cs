using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>One part at a time.</summary>
internal readonly struct NibbleLanes128 : INibbleLanes<Vector128<byte>>
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static int WidthBits => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ref readonly byte source, nuint index) =>
        Vector128.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Low(Vector128<byte> codes) => codes & Vector128.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> High(Vector128<byte> codes) =>
        (codes.AsUInt16() >> 4).AsByte() & Vector128.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddWords(Vector128<byte> left, Vector128<byte> right) =>
        (left.AsUInt16() + right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> OddBytes(Vector128<byte> words) => (words.AsUInt16() >> 8).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> indices) =>
        Vector128.ShuffleNative(table, indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(
        (Vector128<byte> EvenLow, Vector128<byte> OddLow, Vector128<byte> EvenHigh, Vector128<byte> OddHigh) sums,
        ref readonly float terms,
        ScreenLimit limit)
    {
        Vector128<ushort> oddLow = sums.OddLow.AsUInt16(), oddHigh = sums.OddHigh.AsUInt16();
        return WithinEight(sums.EvenLow.AsUInt16() - (oddLow << 8), in terms, 0, limit)
            | WithinEight(oddLow, in terms, 8, limit)
            | WithinEight(sums.EvenHigh.AsUInt16() - (oddHigh << 8), in terms, 16, limit)
            | WithinEight(oddHigh, in terms, 24, limit);
    }

    private static uint WithinEight(Vector128<ushort> sums, ref readonly float terms, int slot, ScreenLimit limit)
    {
        // SAFETY: there are 32 terms, and slot + 8 ≤ 32.
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(sums);
        uint first = Within(lower, Vector128.LoadUnsafe(in terms, (nuint)slot), limit);
        uint second = Within(upper, Vector128.LoadUnsafe(in terms, (nuint)slot + 4), limit);
        return (first | (second << 4)) << slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Within(Vector128<uint> sums, Vector128<float> terms, ScreenLimit limit)
    {
        Vector128<float> values = Vector128.ConvertToSingle(sums.AsInt32());
        Vector128<float> bound = Vector128.FusedMultiplyAdd(values, Vector128.Create(limit.Step), terms);
        return Vector128.LessThanOrEqual(bound, Vector128.Create(limit.Limit)).ExtractMostSignificantBits();
    }
}
