namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>Rows against packed targets at one SIMD width. Stateless, thread-safe.</summary>
internal abstract class TileKernel
{
    /// <summary>Rows of a tile.</summary>
    public abstract int TileRows { get; }

    /// <summary>Targets of a panel.</summary>
    public abstract int PanelWidth { get; }

    /// <summary>Offers to each row the targets that its threshold does not exclude.</summary>
    public abstract void Screen(TileScratch scratch);
}
