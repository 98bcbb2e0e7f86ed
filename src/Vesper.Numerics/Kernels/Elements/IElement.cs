namespace Vesper.Numerics.Kernels.Elements;

/// <summary>What rows are made of, where distances are computed in floats: how elements become floats.</summary>
internal interface IElement<TRow> where TRow : unmanaged
{
    /// <summary>The elements from an index on, unchecked.</summary>
    static abstract TVector Load<TLanes, TVector>(ref TRow source, nuint index)
        where TLanes : ILanes<TVector> where TVector : struct;

    /// <summary>As <see cref="ILanes{TVector}.LoadTail"/>.</summary>
    static abstract TVector LoadTail<TLanes, TVector>(ref TRow source, nuint fresh)
        where TLanes : ILanes<TVector> where TVector : struct;
}
