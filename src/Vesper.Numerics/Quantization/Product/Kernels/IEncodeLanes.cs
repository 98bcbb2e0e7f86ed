namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>What the codebook kernels need of a width beside loads and multiply-adds.</summary>
/// <remarks>Stores are unchecked: the kernel body keeps them in range.</remarks>
internal interface IEncodeLanes<TVector> where TVector : struct
{
    /// <summary>One value in all lanes.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Writes all lanes from <paramref name="index"/> on.</summary>
    static abstract void Store(TVector value, ref float target, nuint index);

    /// <summary>The smaller of each lane; <paramref name="right"/> when either is a NaN.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>Lanes of <paramref name="yes"/> where left &lt; right, of <paramref name="no"/> elsewhere.</summary>
    static abstract TVector WhereLess(TVector left, TVector right, TVector yes, TVector no);
}
