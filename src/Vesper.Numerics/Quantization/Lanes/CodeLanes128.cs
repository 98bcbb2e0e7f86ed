using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>4 codes at a time.</summary>
internal readonly struct CodeLanes128 : ICodeLanes<Vector128<float>>
{
    // Bits of a sign-extended half, moved to where a float has its sign, exponent and fraction.
    private const int HalfBits = unchecked((int)0x8FFFE000);

    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromFloats(ref readonly byte source, nuint offset) =>
        Vector128.LoadUnsafe(in source, offset).AsSingle();

    /// <summary>The exponent's bias differs by 112: a product with 2^112 mends it, for subnormal halves, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromHalves(ref readonly byte source, nuint offset)
    {
        Vector128<short> halves = Vector128.CreateScalarUnsafe(
            Unsafe.ReadUnaligned<long>(in Unsafe.Add(ref Unsafe.AsRef(in source), offset))).AsInt16();
        Vector128<int> bits = (Vector128.WidenLower(halves) << 13) & Vector128.Create(HalfBits);
        return bits.AsSingle() * BitConverter.UInt32BitsToSingle((127 + 112) << 23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromBytes(ref readonly byte source, nuint offset) =>
        Vector128.ConvertToSingle(Widen(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromLowNibbles(ref readonly byte source, nuint offset) =>
        Vector128.ConvertToSingle(Widen(in source, offset) & Vector128.Create(15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromHighNibbles(ref readonly byte source, nuint offset) =>
        Vector128.ConvertToSingle(Widen(in source, offset) >> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromBits(
        ref readonly byte group, ref readonly byte places, ref readonly int masks)
    {
        Vector128<byte> bytes = Vector128.LoadUnsafe(in group);
        Vector128<byte> wanted = Vector128.LoadUnsafe(in places);
        Vector128<byte> codes = Ssse3.IsSupported ? Ssse3.Shuffle(bytes, wanted) : Vector128.Shuffle(bytes, wanted);
        return Vector128.ConvertToSingle(codes.AsInt32() & Vector128.LoadUnsafe(in masks));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(
        Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> value) => Vector128.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SelectBySign(
        Vector128<float> sign, Vector128<float> ifNegative, Vector128<float> otherwise) =>
        Vector128.ConditionalSelect((sign.AsInt32() >> 31).AsSingle(), ifNegative, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, ref float target, nuint index) =>
        value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotAbove(Vector128<float> value, Vector128<float> limit) =>
        ~(uint)Vector128.GreaterThan(value, limit).ExtractMostSignificantBits() & (uint)((1 << Count) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> value) => Vector128.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Widen(ref readonly byte source, nuint offset)
    {
        // SAFETY: the caller's promise: 4 bytes are there.
        Vector128<byte> codes = Vector128.CreateScalarUnsafe(
            Unsafe.ReadUnaligned<uint>(in Unsafe.Add(ref Unsafe.AsRef(in source), offset))).AsByte();
        return Sse41.IsSupported
            ? Sse41.ConvertToVector128Int32(codes)
            : Vector128.WidenLower(Vector128.WidenLower(codes)).AsInt32();
    }
}
