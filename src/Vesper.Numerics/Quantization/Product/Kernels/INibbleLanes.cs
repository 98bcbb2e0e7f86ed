namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>One width of byte vectors for the scan of 4-bit codes. Loads are unchecked.</summary>
/// <typeparam name="TVector">Lanes of 128 bits, each for one part: byte i has the codes of two rows.</typeparam>
internal interface INibbleLanes<TVector> where TVector : struct
{
    /// <summary>Bits of one vector.</summary>
    static abstract int WidthBits { get; }

    /// <summary>Whether this processor runs the width in hardware.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The bytes from <paramref name="index"/> on.</summary>
    static abstract TVector Load(ref readonly byte source, nuint index);

    /// <summary>The lower four bits of each byte.</summary>
    static abstract TVector Low(TVector codes);

    /// <summary>The upper four bits of each byte, moved down.</summary>
    static abstract TVector High(TVector codes);

    /// <summary>For each byte the entry of its own lane's table; indices are below 16.</summary>
    static abstract TVector LookUp(TVector table, TVector indices);

    /// <summary>left + right in words of 16 bits.</summary>
    static abstract TVector AddWords(TVector left, TVector right);

    /// <summary>The upper byte of each word, moved down.</summary>
    static abstract TVector OddBytes(TVector words);

    /// <summary>
    /// Adds up the lanes and compares: bit s of the result is set when the row in slot s is within the limit.
    /// </summary>
    /// <param name="sums">
    /// Words of sums; the even ones also hold 256 times the odd ones. Low even, low odd, high even, high odd are slots
    /// 0, 8, 16, 24 and on.
    /// </param>
    /// <param name="terms">32 terms.</param>
    static abstract uint Within(
        (TVector EvenLow, TVector OddLow, TVector EvenHigh, TVector OddHigh) sums, ref readonly float terms,
        ScreenLimit limit);
}
