using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>1 table at a time.</summary>
internal readonly struct TableLanes128 : ITableLanes<Vector128<byte>>
{
    public static int Groups => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ref readonly byte source, nuint offset) =>
        Vector128.LoadUnsafe(in source, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LookUpLow(Vector128<byte> table, Vector128<byte> codes) =>
        LookUp(table, codes & Vector128.Create((byte)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LookUpHigh(Vector128<byte> table, Vector128<byte> codes) =>
        LookUp(table, (codes.AsUInt16() >>> 4).AsByte() & Vector128.Create((byte)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddWords(Vector128<byte> sum, Vector128<byte> bytes) =>
        (sum.AsUInt16() + bytes.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddSeconds(Vector128<byte> sum, Vector128<byte> bytes) =>
        (sum.AsUInt16() + (bytes.AsUInt16() >>> 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> Fold(Vector128<byte> words) =>
        words.AsUInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<ushort> first, Vector128<ushort> second, ref float sums, bool isAdded)
    {
        // SAFETY: the caller's promise: 16 floats are there.
        Write(Vector128.WidenLower(first), ref sums, isAdded);
        Write(Vector128.WidenUpper(first), ref Unsafe.Add(ref sums, Vector128<float>.Count), isAdded);
        Write(Vector128.WidenLower(second), ref Unsafe.Add(ref sums, 2 * Vector128<float>.Count), isAdded);
        Write(Vector128.WidenUpper(second), ref Unsafe.Add(ref sums, 3 * Vector128<float>.Count), isAdded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> index) =>
        Ssse3.IsSupported ? Ssse3.Shuffle(table, index) : Vector128.Shuffle(table, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector128<uint> words, ref float sums, bool isAdded)
    {
        Vector128<float> values = Vector128.ConvertToSingle(words.AsInt32());
        Vector128.StoreUnsafe(isAdded ? values + Vector128.LoadUnsafe(ref sums) : values, ref sums);
    }
}
