namespace Vesper.Numerics.Kernels;

/// <summary>One SIMD width: how a kernel body loads and combines several floats at once.</summary>
/// <typeparam name="TVector">What holds one load: a vector type, or a float for the scalar width.</typeparam>
/// <remarks>Loads are unchecked: the kernel body keeps them in range.</remarks>
internal interface ILanes<TVector> where TVector : struct
{
    /// <summary>Bits of one vector.</summary>
    static abstract int WidthBits { get; }

    /// <summary>Floats in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether this processor runs the width in hardware.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The floats from <paramref name="index"/> on.</summary>
    static abstract TVector Load(ref readonly float source, nuint index);

    /// <summary>
    /// The vector that ends <paramref name="fresh"/> floats after <paramref name="source"/>, all lanes but the last
    /// <paramref name="fresh"/> made 0: it looks back over floats before the source. 0 &lt; fresh
    /// ≤ <see cref="Count"/>.
    /// </summary>
    static abstract TVector LoadTail(ref float source, nuint fresh);

    /// <summary>The half floats from <paramref name="index"/> on, as floats; see <see cref="HalfBits"/>.</summary>
    static abstract TVector LoadHalves(ref readonly Half source, nuint index);

    /// <summary>As <see cref="LoadTail"/>, of half floats.</summary>
    static abstract TVector LoadHalfTail(ref Half source, nuint fresh);

    /// <summary>One float in all lanes.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Writes all lanes from <paramref name="index"/> on.</summary>
    static abstract void Store(TVector value, ref float target, nuint index);

    /// <summary>left + right.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>left − right.</summary>
    static abstract TVector Subtract(TVector left, TVector right);

    /// <summary>|value|.</summary>
    static abstract TVector Abs(TVector value);

    /// <summary>left × right + addend, fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>Bit i is set where lane i of left ≤ that of right; never for a NaN.</summary>
    static abstract uint AtMostMask(TVector left, TVector right);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(TVector value);
}
