namespace Vesper.Numerics.Kernels;

/// <summary>One metric: how pairs of elements are folded into a distance, at any width.</summary>
internal interface IFold
{
    /// <summary>
    /// Adds what the elements of two vectors contribute to the running sums; 0 against 0 contributes 0.
    /// </summary>
    static abstract TVector Step<TLanes, TVector>(TVector sum, TVector left, TVector right)
        where TLanes : ILanes<TVector> where TVector : struct;

    /// <summary>The distance (smaller is nearer, never NaN) from the sum over all elements.</summary>
    static abstract float Finish(float sum);
}
