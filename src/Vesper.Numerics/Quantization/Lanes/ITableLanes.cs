using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Quantization.Lanes;

/// <summary>One SIMD width: how 4-bit codes look up sums in tables of 16 bytes.</summary>
/// <typeparam name="TVector">One or more groups of 16 bytes.</typeparam>
/// <remarks>Loads are unchecked: the kernel body keeps them in range.</remarks>
internal interface ITableLanes<TVector> where TVector : struct
{
    /// <summary>Groups of 16 bytes in a vector, each with a table of its own.</summary>
    static abstract int Groups { get; }

    /// <summary>Bytes from an offset on.</summary>
    static abstract TVector Load(ref readonly byte source, nuint offset);

    /// <summary>In each byte what its group's table holds for the low four bits.</summary>
    static abstract TVector LookUpLow(TVector table, TVector codes);

    /// <summary>In each byte what its group's table holds for the high four bits.</summary>
    static abstract TVector LookUpHigh(TVector table, TVector codes);

    /// <summary>Adds pairs of bytes as 16-bit numbers, modulo 2^16.</summary>
    static abstract TVector AddWords(TVector sum, TVector bytes);

    /// <summary>Adds the second byte of each pair to a 16-bit number.</summary>
    static abstract TVector AddSeconds(TVector sum, TVector bytes);

    /// <summary>The sum of all groups.</summary>
    static abstract Vector128<ushort> Fold(TVector words);

    /// <summary>
    /// Writes 16 sums, or adds them: with vectors as wide as those they are read by, which otherwise waits for them.
    /// </summary>
    static abstract void Write(Vector128<ushort> first, Vector128<ushort> second, ref float sums, bool isAdded);
}
