using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>Four parts at a time.</summary>
internal readonly struct NibbleLanes512 : INibbleLanes<Vector512<byte>>
{
    // Lanes 0 and 1 of both operands, 2 and 3 of both; lanes 0 and 2, 1 and 3.
    private const byte FirstHalves = 0b01_00_01_00;
    private const byte SecondHalves = 0b11_10_11_10;
    private const byte Evens = 0b10_00_10_00;
    private const byte Odds = 0b11_01_11_01;

    public static bool IsSupported => Avx512BW.IsSupported;

    public static int WidthBits => 512;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(ref readonly byte source, nuint index) =>
        Vector512.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Low(Vector512<byte> codes) => codes & Vector512.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> High(Vector512<byte> codes) =>
        (codes.AsUInt16() >> 4).AsByte() & Vector512.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddWords(Vector512<byte> left, Vector512<byte> right) =>
        (left.AsUInt16() + right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> OddBytes(Vector512<byte> words) => (words.AsUInt16() >> 8).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LookUp(Vector512<byte> table, Vector512<byte> indices) =>
        Avx512BW.IsSupported
            ? Avx512BW.Shuffle(table, indices)
            : Vector512.Create(
                NibbleLanes256.LookUp(table.GetLower(), indices.GetLower()),
                NibbleLanes256.LookUp(table.GetUpper(), indices.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(
        (Vector512<byte> EvenLow, Vector512<byte> OddLow, Vector512<byte> EvenHigh, Vector512<byte> OddHigh) sums,
        ref readonly float terms,
        ScreenLimit limit)
    {
        Vector512<ushort> oddLow = sums.OddLow.AsUInt16(), oddHigh = sums.OddHigh.AsUInt16();
        Vector512<ushort> evenLow = sums.EvenLow.AsUInt16() - (oddLow << 8);
        Vector512<ushort> evenHigh = sums.EvenHigh.AsUInt16() - (oddHigh << 8);
        Vector512<ushort> low = Add(evenLow, oddLow, FirstHalves, SecondHalves);
        Vector512<ushort> high = Add(evenHigh, oddHigh, FirstHalves, SecondHalves);
        Vector512<ushort> all = Add(low, high, Evens, Odds);

        // SAFETY: there are 32 terms.
        uint first = WithinSixteen(all.GetLower(), Vector512.LoadUnsafe(in terms), limit);
        uint second = WithinSixteen(all.GetUpper(), Vector512.LoadUnsafe(in terms, 16), limit);
        return first | (second << 16);
    }

    /// <summary>Compares sixteen rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint WithinSixteen(Vector256<ushort> sums, Vector512<float> terms, ScreenLimit limit)
    {
        Vector512<uint> wide = Vector512.WidenLower(sums.ToVector512Unsafe());
        Vector512<float> values = Vector512.ConvertToSingle(wide.AsInt32());
        Vector512<float> bound = Vector512.FusedMultiplyAdd(values, Vector512.Create(limit.Step), terms);
        return (uint)Vector512.LessThanOrEqual(bound, Vector512.Create(limit.Limit)).ExtractMostSignificantBits();
    }

    /// <summary>Four lanes of two vectors each, chosen twice and added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Add(
        Vector512<ushort> left,
        Vector512<ushort> right,
        [ConstantExpected] byte ones,
        [ConstantExpected] byte others) =>
        Lanes(left, right, ones) + Lanes(left, right, others);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Lanes(
        Vector512<ushort> left, Vector512<ushort> right, [ConstantExpected] byte control)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Shuffle4x128(left.AsUInt32(), right.AsUInt32(), control).AsUInt16();
        }

        return Vector512.Create(
            Vector256.Create(Lane(left, control & 3), Lane(left, (control >> 2) & 3)),
            Vector256.Create(Lane(right, (control >> 4) & 3), Lane(right, control >> 6)));
    }

    private static Vector128<ushort> Lane(Vector512<ushort> vector, int lane)
    {
        Vector256<ushort> half = lane < 2 ? vector.GetLower() : vector.GetUpper();
        return lane % 2 == 0 ? half.GetLower() : half.GetUpper();
    }
}
