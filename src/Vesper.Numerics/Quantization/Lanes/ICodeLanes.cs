namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>One SIMD width: how codes are widened to floats and folded with a query's weights.</summary>
/// <typeparam name="TVector">Floats of one step: a vector type, or a float for the scalar width.</typeparam>
/// <remarks>Loads are unchecked: the kernel body keeps them in range.</remarks>
internal interface ICodeLanes<TVector> where TVector : struct
{
    /// <summary>Floats in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>The value in all lanes.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Floats from a byte offset on.</summary>
    static abstract TVector FromFloats(ref readonly byte source, nuint offset);

    /// <summary>Finite half-precision floats from a byte offset on.</summary>
    static abstract TVector FromHalves(ref readonly byte source, nuint offset);

    /// <summary>Bytes from an offset on, as 0 … 255.</summary>
    static abstract TVector FromBytes(ref readonly byte source, nuint offset);

    /// <summary>The low four bits of bytes from an offset on, as 0 … 15.</summary>
    static abstract TVector FromLowNibbles(ref readonly byte source, nuint offset);

    /// <summary>The high four bits of bytes from an offset on, as 0 … 15.</summary>
    static abstract TVector FromHighNibbles(ref readonly byte source, nuint offset);

    /// <summary>
    /// Codes of any width below 16 bits, not shifted down: of 16 bytes each lane takes the four that
    /// <paramref name="places"/> names (128: none), and of those the bits of its mask.
    /// </summary>
    /// <param name="group">16 bytes.</param>
    /// <param name="places">Four a lane.</param>
    /// <param name="masks">One a lane.</param>
    static abstract TVector FromBits(ref readonly byte group, ref readonly byte places, ref readonly int masks);

    /// <summary>left + right.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>left × right + addend, fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>|value|.</summary>
    static abstract TVector Abs(TVector value);

    /// <summary>In each lane of a negative sign bit <paramref name="ifNegative"/>, else the other.</summary>
    static abstract TVector SelectBySign(TVector sign, TVector ifNegative, TVector otherwise);

    /// <summary>Writes all lanes from an index on.</summary>
    static abstract void Store(TVector value, ref float target, nuint index);

    /// <summary>Bit i is set unless lane i of the value exceeds that of the limit; so it is for a NaN.</summary>
    static abstract uint NotAbove(TVector value, TVector limit);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(TVector value);
}
