using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>One code at a time: the width of machines without SIMD.</summary>
internal readonly struct CodeLane : ICodeLanes<float>
{
    public static int Count => 1;

    public static float Broadcast(float value) => value;

    public static float FromFloats(ref readonly byte source, nuint offset) =>
        Unsafe.ReadUnaligned<float>(in Byte(in source, offset));

    public static float FromHalves(ref readonly byte source, nuint offset) =>
        (float)Unsafe.ReadUnaligned<Half>(in Byte(in source, offset));

    public static float FromBytes(ref readonly byte source, nuint offset) => Byte(in source, offset);

    public static float FromLowNibbles(ref readonly byte source, nuint offset) => Byte(in source, offset) & 15;

    public static float FromHighNibbles(ref readonly byte source, nuint offset) => Byte(in source, offset) >> 4;

    public static float FromBits(ref readonly byte group, ref readonly byte places, ref readonly int masks)
    {
        uint low = Byte(in group, places);
        byte second = Byte(in places, 1);
        uint high = second < 16 ? (uint)Byte(in group, second) << 8 : 0;
        return (low | high) & (uint)masks;
    }

    public static float Add(float left, float right) => left + right;

    public static float MultiplyAdd(float left, float right, float addend) =>
        float.MultiplyAddEstimate(left, right, addend);

    public static float Abs(float value) => MathF.Abs(value);

    public static float SelectBySign(float sign, float ifNegative, float otherwise) =>
        float.IsNegative(sign) ? ifNegative : otherwise;

    public static void Store(float value, ref float target, nuint index) => Unsafe.Add(ref target, index) = value;

    public static uint NotAbove(float value, float limit) => value > limit ? 0u : 1u;

    public static float Sum(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly byte Byte(ref readonly byte source, nuint offset) =>
        ref Unsafe.Add(ref Unsafe.AsRef(in source), offset);
}
