using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>8 codes at a time.</summary>
internal readonly struct CodeLanes256 : ICodeLanes<Vector256<float>>
{
    // Bits of a sign-extended half, moved to where a float has its sign, exponent and fraction.
    private const int HalfBits = unchecked((int)0x8FFFE000);

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromFloats(ref readonly byte source, nuint offset) =>
        Vector256.LoadUnsafe(in source, offset).AsSingle();

    /// <summary>The exponent's bias differs by 112: a product with 2^112 mends it, for subnormal halves, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromHalves(ref readonly byte source, nuint offset)
    {
        Vector256<short> halves = Vector128.LoadUnsafe(in source, offset).AsInt16().ToVector256Unsafe();
        Vector256<int> bits = (Vector256.WidenLower(halves) << 13) & Vector256.Create(HalfBits);
        return bits.AsSingle() * BitConverter.UInt32BitsToSingle((127 + 112) << 23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromBytes(ref readonly byte source, nuint offset) =>
        Vector256.ConvertToSingle(Widen(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromLowNibbles(ref readonly byte source, nuint offset) =>
        Vector256.ConvertToSingle(Widen(in source, offset) & Vector256.Create(15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromHighNibbles(ref readonly byte source, nuint offset) =>
        Vector256.ConvertToSingle(Widen(in source, offset) >> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromBits(
        ref readonly byte group, ref readonly byte places, ref readonly int masks)
    {
        if (!Avx2.IsSupported)
        {
            return Vector256.Create(
                CodeLanes128.FromBits(in group, in places, in masks),
                CodeLanes128.FromBits(
                    in group,
                    in Unsafe.Add(ref Unsafe.AsRef(in places), 16),
                    in Unsafe.Add(ref Unsafe.AsRef(in masks), 4)));
        }

        Vector256<byte> bytes = Vector256.Create(Vector128.LoadUnsafe(in group));
        Vector256<byte> codes = Avx2.Shuffle(bytes, Vector256.LoadUnsafe(in places));
        return Vector256.ConvertToSingle(codes.AsInt32() & Vector256.LoadUnsafe(in masks));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(
        Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SelectBySign(
        Vector256<float> sign, Vector256<float> ifNegative, Vector256<float> otherwise) =>
        Vector256.ConditionalSelect((sign.AsInt32() >> 31).AsSingle(), ifNegative, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, ref float target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotAbove(Vector256<float> value, Vector256<float> limit) =>
        ~(uint)Vector256.GreaterThan(value, limit).ExtractMostSignificantBits() & (uint)((1 << Count) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value) => Vector128.Sum(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(ref readonly byte source, nuint offset)
    {
        // SAFETY: the caller's promise: 8 bytes are there.
        Vector128<byte> codes = Vector128.CreateScalarUnsafe(
            Unsafe.ReadUnaligned<ulong>(in Unsafe.Add(ref Unsafe.AsRef(in source), offset))).AsByte();
        return Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(codes)
            : Vector256.WidenLower(Vector256.WidenLower(codes.ToVector256Unsafe())).AsInt32();
    }
}
