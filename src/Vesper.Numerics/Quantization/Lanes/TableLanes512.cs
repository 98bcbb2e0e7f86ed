using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>4 tables at a time.</summary>
internal readonly struct TableLanes512 : ITableLanes<Vector512<byte>>
{
    public static int Groups => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(ref readonly byte source, nuint offset) =>
        Vector512.LoadUnsafe(in source, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LookUpLow(Vector512<byte> table, Vector512<byte> codes) =>
        LookUp(table, codes & Vector512.Create((byte)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LookUpHigh(Vector512<byte> table, Vector512<byte> codes) =>
        LookUp(table, (codes.AsUInt16() >>> 4).AsByte() & Vector512.Create((byte)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddWords(Vector512<byte> sum, Vector512<byte> bytes) =>
        (sum.AsUInt16() + bytes.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddSeconds(Vector512<byte> sum, Vector512<byte> bytes) =>
        (sum.AsUInt16() + (bytes.AsUInt16() >>> 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> Fold(Vector512<byte> words) =>
        TableLanes256.Fold((words.GetLower().AsUInt16() + words.GetUpper().AsUInt16()).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<ushort> first, Vector128<ushort> second, ref float sums, bool isAdded)
    {
        // SAFETY: the caller's promise: 16 floats are there.
        Vector512<int> words = Vector512.WidenLower(Vector256.Create(first, second).ToVector512Unsafe()).AsInt32();
        Vector512<float> values = Vector512.ConvertToSingle(words);
        Vector512.StoreUnsafe(isAdded ? values + Vector512.LoadUnsafe(ref sums) : values, ref sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> LookUp(Vector512<byte> table, Vector512<byte> index) => Avx512BW.IsSupported
        ? Avx512BW.Shuffle(table, index)
        : Vector512.Create(
            TableLanes256.LookUpLow(table.GetLower(), index.GetLower()),
            TableLanes256.LookUpLow(table.GetUpper(), index.GetUpper()));
}
