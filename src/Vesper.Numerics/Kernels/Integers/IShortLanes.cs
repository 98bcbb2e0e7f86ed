namespace Vesper.Numerics.Kernels.Integers;

/// <summary>One SIMD width for bytes: they are loaded as 16-bit numbers and summed in 32 bits.</summary>
/// <typeparam name="TShorts">What holds one load.</typeparam>
/// <typeparam name="TInts">What holds running sums.</typeparam>
/// <remarks>Loads are unchecked: the kernel body keeps them in range.</remarks>
internal interface IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct
{
    /// <summary>Bytes of one load.</summary>
    static abstract int Count { get; }

    /// <summary>The bytes from an index on, as 0 … 255.</summary>
    static abstract TShorts Load(ref byte source, nuint index);

    /// <summary>The bytes from an index on, as −128 … 127.</summary>
    static abstract TShorts Load(ref sbyte source, nuint index);

    /// <summary>All lanes but the last <paramref name="fresh"/> made 0.</summary>
    static abstract TShorts KeepLast(TShorts value, int fresh);

    /// <summary>left − right.</summary>
    static abstract TShorts Subtract(TShorts left, TShorts right);

    /// <summary>|value|.</summary>
    static abstract TShorts Abs(TShorts value);

    /// <summary>One number in all lanes.</summary>
    static abstract TShorts Broadcast(short value);

    /// <summary>Adds each product left × right to some lane of the sums.</summary>
    static abstract TInts AddProducts(TInts sums, TShorts left, TShorts right);

    /// <summary>left + right.</summary>
    static abstract TInts Add(TInts left, TInts right);

    /// <summary>The sum of all lanes.</summary>
    static abstract int Sum(TInts sums);
}
