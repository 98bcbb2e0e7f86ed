using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>Two parts at a time.</summary>
internal readonly struct NibbleLanes256 : INibbleLanes<Vector256<byte>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int WidthBits => 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(ref readonly byte source, nuint index) =>
        Vector256.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Low(Vector256<byte> codes) => codes & Vector256.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> High(Vector256<byte> codes) =>
        (codes.AsUInt16() >> 4).AsByte() & Vector256.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddWords(Vector256<byte> left, Vector256<byte> right) =>
        (left.AsUInt16() + right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> OddBytes(Vector256<byte> words) => (words.AsUInt16() >> 8).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LookUp(Vector256<byte> table, Vector256<byte> indices) =>
        Avx2.IsSupported ? Avx2.Shuffle(table, indices) : LookUpByHalves(table, indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(
        (Vector256<byte> EvenLow, Vector256<byte> OddLow, Vector256<byte> EvenHigh, Vector256<byte> OddHigh) sums,
        ref readonly float terms,
        ScreenLimit limit)
    {
        Vector128<ushort> oddLow = Fold(sums.OddLow), oddHigh = Fold(sums.OddHigh);
        return WithinEight(Fold(sums.EvenLow) - (oddLow << 8), in terms, 0, limit)
            | WithinEight(oddLow, in terms, 8, limit)
            | WithinEight(Fold(sums.EvenHigh) - (oddHigh << 8), in terms, 16, limit)
            | WithinEight(oddHigh, in terms, 24, limit);
    }

    private static Vector256<byte> LookUpByHalves(Vector256<byte> table, Vector256<byte> indices) => Vector256.Create(
        Vector128.Shuffle(table.GetLower(), indices.GetLower()),
        Vector128.Shuffle(table.GetUpper(), indices.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Fold(Vector256<byte> words) =>
        words.GetLower().AsUInt16() + words.GetUpper().AsUInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint WithinEight(Vector128<ushort> sums, ref readonly float terms, int slot, ScreenLimit limit)
    {
        // SAFETY: there are 32 terms, and slot + 8 ≤ 32.
        Vector256<uint> wide = Vector256.WidenLower(sums.ToVector256Unsafe());
        Vector256<float> values = Vector256.ConvertToSingle(wide.AsInt32());
        Vector256<float> bound = Vector256.FusedMultiplyAdd(
            values, Vector256.Create(limit.Step), Vector256.LoadUnsafe(in terms, (nuint)slot));
        return Vector256.LessThanOrEqual(bound, Vector256.Create(limit.Limit)).ExtractMostSignificantBits() << slot;
    }
}
