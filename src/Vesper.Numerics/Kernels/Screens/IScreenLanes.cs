namespace Vesper.Numerics.Kernels.Screens;

/// <summary>One SIMD width of the screens: lanes of int32 that hold sums, or pairs of int16.</summary>
/// <typeparam name="TVector">What holds one load: a vector type, or an int for the scalar width.</typeparam>
/// <remarks>Loads and stores are unchecked: the kernel body keeps them in range.</remarks>
internal interface IScreenLanes<TVector> where TVector : struct
{
    /// <summary>Lanes of one vector.</summary>
    static abstract int Count { get; }

    /// <summary>The lanes from <paramref name="index"/> on.</summary>
    static abstract TVector Load(ref readonly int source, nuint index);

    /// <summary>Writes all lanes from <paramref name="index"/> on.</summary>
    static abstract void Store(TVector value, ref int target, nuint index);

    /// <summary>One pair of int16 in all lanes.</summary>
    static abstract TVector Broadcast(int pair);

    /// <summary>Per lane: sum + left.low × right.low + left.high × right.high, in int32.</summary>
    static abstract TVector MultiplyAddPairs(TVector left, TVector right, TVector sum);

    /// <summary>Whether any lane of either is above the limit.</summary>
    static abstract bool IsAnyAbove(TVector first, TVector second, int limit);

    /// <summary>Bit i is set where lane i is above the limit.</summary>
    static abstract uint AboveMask(TVector value, int limit);
}
