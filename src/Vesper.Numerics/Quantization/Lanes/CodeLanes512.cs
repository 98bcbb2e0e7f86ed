using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>16 codes at a time.</summary>
internal readonly struct CodeLanes512 : ICodeLanes<Vector512<float>>
{
    // Bits of a sign-extended half, moved to where a float has its sign, exponent and fraction.
    private const int HalfBits = unchecked((int)0x8FFFE000);

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromFloats(ref readonly byte source, nuint offset) =>
        Vector512.LoadUnsafe(in source, offset).AsSingle();

    /// <summary>The exponent's bias differs by 112: a product with 2^112 mends it, for subnormal halves, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromHalves(ref readonly byte source, nuint offset)
    {
        Vector512<short> halves = Vector256.LoadUnsafe(in source, offset).AsInt16().ToVector512Unsafe();
        Vector512<int> bits = (Vector512.WidenLower(halves) << 13) & Vector512.Create(HalfBits);
        return bits.AsSingle() * BitConverter.UInt32BitsToSingle((127 + 112) << 23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromBytes(ref readonly byte source, nuint offset) =>
        Vector512.ConvertToSingle(Widen(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromLowNibbles(ref readonly byte source, nuint offset) =>
        Vector512.ConvertToSingle(Widen(in source, offset) & Vector512.Create(15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromHighNibbles(ref readonly byte source, nuint offset) =>
        Vector512.ConvertToSingle(Widen(in source, offset) >> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromBits(
        ref readonly byte group, ref readonly byte places, ref readonly int masks)
    {
        if (!Avx512BW.IsSupported)
        {
            return Vector512.Create(
                CodeLanes256.FromBits(in group, in places, in masks),
                CodeLanes256.FromBits(
                    in group,
                    in Unsafe.Add(ref Unsafe.AsRef(in places), 32),
                    in Unsafe.Add(ref Unsafe.AsRef(in masks), 8)));
        }

        Vector512<byte> bytes = Vector512.Create(Vector128.LoadUnsafe(in group));
        Vector512<byte> codes = Avx512BW.Shuffle(bytes, Vector512.LoadUnsafe(in places));
        return Vector512.ConvertToSingle(codes.AsInt32() & Vector512.LoadUnsafe(in masks));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(
        Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SelectBySign(
        Vector512<float> sign, Vector512<float> ifNegative, Vector512<float> otherwise) =>
        Vector512.ConditionalSelect((sign.AsInt32() >> 31).AsSingle(), ifNegative, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotAbove(Vector512<float> value, Vector512<float> limit) =>
        ~(uint)Vector512.GreaterThan(value, limit).ExtractMostSignificantBits() & (uint)((1 << Count) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) => CodeLanes256.Sum(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(ref readonly byte source, nuint offset)
    {
        // SAFETY: the caller's promise: 16 bytes are there.
        Vector128<byte> codes = Vector128.LoadUnsafe(in source, offset);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(codes)
            : Vector512.WidenLower(Vector512.WidenLower(codes.ToVector256Unsafe().ToVector512Unsafe())).AsInt32();
    }
}
