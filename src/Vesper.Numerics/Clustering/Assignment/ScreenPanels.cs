using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels.Screens;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Codes of centroids, packed for a <see cref="ScreenKernel"/>. Immutable.</summary>
internal sealed class ScreenPanels : IDisposable
{
    // The start of a lane without a centroid: no score of it passes any cut.
    private const int Absent = int.MinValue;

    private readonly NativeBuffer<int> _panels;
    private readonly int _panelInts;

    /// <summary>Packs the rows in their order.</summary>
    /// <param name="kernel">Gives the width.</param>
    /// <param name="space">Gives the codes.</param>
    /// <param name="rows">All of them fit the space.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    public ScreenPanels(ScreenKernel kernel, ScreenSpace space, RowMatrix<float> rows, MemoryScope scope)
    {
        int width = kernel.PanelWidth;
        Count = (rows.Count + width - 1) / width;
        _panelInts = kernel.PanelInts(space.Pairs);
        _panels = new NativeBuffer<int>((long)Count * _panelInts, scope);
        var block = new ScreenBlock(space, width);
        for (int panel = 0; panel < Count; panel++)
        {
            int count = Math.Min(width, rows.Count - panel * width);
            space.Map(rows, panel * width, count, block);
            Pack(_panels.Slice((long)panel * _panelInts, _panelInts), space, block, (count, width));
            SlackMax = Math.Max(SlackMax, block.Slacks.AsSpan(0, count).ToArray().Max());
        }
    }

    /// <summary>Panels.</summary>
    public int Count { get; }

    /// <summary>The largest slack of a centroid, in code units.</summary>
    public float SlackMax { get; }

    /// <summary>A panel.</summary>
    public ReadOnlySpan<int> this[int panel] => _panels.Slice((long)panel * _panelInts, _panelInts);

    /// <inheritdoc/>
    public void Dispose() => _panels.Dispose();

    private static void Pack(Span<int> panel, ScreenSpace space, ScreenBlock block, (int Count, int Width) lanes)
    {
        if (block.Fits.AsSpan(0, lanes.Count).Contains(false))
        {
            throw new ArgumentException("A centroid is not finite.", nameof(block));
        }

        panel[..lanes.Width].Fill(Absent);
        for (int lane = 0; lane < lanes.Count; lane++)
        {
            panel[lane] = -(block.Norms[lane] / 2);
            ReadOnlySpan<int> pairs = MemoryMarshal.Cast<short, int>(block.Codes.AsSpan(lane * space.CodeStride));
            for (int pair = 0; pair < space.Pairs; pair++)
            {
                panel[(pair + 1) * lanes.Width + lane] = pairs[pair];
            }
        }
    }
}
