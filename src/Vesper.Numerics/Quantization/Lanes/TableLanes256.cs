using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>2 tables at a time.</summary>
internal readonly struct TableLanes256 : ITableLanes<Vector256<byte>>
{
    public static int Groups => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(ref readonly byte source, nuint offset) =>
        Vector256.LoadUnsafe(in source, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LookUpLow(Vector256<byte> table, Vector256<byte> codes) =>
        LookUp(table, codes & Vector256.Create((byte)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LookUpHigh(Vector256<byte> table, Vector256<byte> codes) =>
        LookUp(table, (codes.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddWords(Vector256<byte> sum, Vector256<byte> bytes) =>
        (sum.AsUInt16() + bytes.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddSeconds(Vector256<byte> sum, Vector256<byte> bytes) =>
        (sum.AsUInt16() + (bytes.AsUInt16() >>> 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> Fold(Vector256<byte> words) =>
        words.GetLower().AsUInt16() + words.GetUpper().AsUInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<ushort> first, Vector128<ushort> second, ref float sums, bool isAdded)
    {
        // SAFETY: the caller's promise: 16 floats are there.
        Write(first, ref sums, isAdded);
        Write(second, ref Unsafe.Add(ref sums, Vector256<float>.Count), isAdded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> LookUp(Vector256<byte> table, Vector256<byte> index) => Avx2.IsSupported
        ? Avx2.Shuffle(table, index)
        : Vector256.Create(
            TableLanes128.LookUpLow(table.GetLower(), index.GetLower()),
            TableLanes128.LookUpLow(table.GetUpper(), index.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector128<ushort> words, ref float sums, bool isAdded)
    {
        Vector256<float> values = Vector256.ConvertToSingle(
            Vector256.WidenLower(words.ToVector256Unsafe()).AsInt32());
        Vector256.StoreUnsafe(isAdded ? values + Vector256.LoadUnsafe(ref sums) : values, ref sums);
    }
}
