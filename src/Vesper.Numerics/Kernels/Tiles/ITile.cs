namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>A register tile: the sums of products of some rows with one panel of targets.</summary>
internal interface ITile
{
    /// <summary>Vectors of targets in a panel.</summary>
    const int PanelVectors = 2;

    /// <summary>Rows of a tile.</summary>
    static abstract int Rows { get; }

    /// <summary>sums[r, t] = start[t] + Σ over d of rows[d, r] × panel[d, t].</summary>
    /// <param name="rows">dimensions × <see cref="Rows"/> floats.</param>
    /// <param name="panel">dimensions × panel width floats.</param>
    /// <param name="dimensions">Steps of the sum.</param>
    /// <param name="start">As many floats as a panel is wide.</param>
    /// <param name="sums">Rows × panel width floats, written.</param>
    static abstract void Multiply<TLanes, TVector>(
        ref float rows, ref float panel, nuint dimensions, ref float start, ref float sums)
        where TLanes : ILanes<TVector> where TVector : struct;
}
