using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>
/// Integer scores of a tile of rows against a panel of centroids, at one SIMD width. Stateless, thread-safe.
/// </summary>
/// <remarks>
/// Vectors are pairs of int16, the low half first. Score = the centroid's start + Σ of products; sums stay inside int32
/// by contract. A tile holds for each pair the pair of every row; a panel starts with the starts of its centroids, then
/// holds for each pair the pair of every centroid.
/// </remarks>
internal abstract class ScreenKernel
{
    /// <summary>Rows of a tile.</summary>
    public abstract int TileRows { get; }

    /// <summary>Centroids of a panel, at most 32.</summary>
    public abstract int PanelWidth { get; }

    /// <summary>The kernel of the same width as a row of the table.</summary>
    public static ScreenKernel For(KernelTable table) => table.WidthBits switch
    {
        512 => Wide512,
        256 => Wide256,
        128 => Wide128,
        _ => Scalar,
    };

    private static readonly ScreenKernel Scalar = new ScreenTile6<ScreenScalar, int>();
    private static readonly ScreenKernel Wide128 = new ScreenTile6<ScreenLanes128, Vector128<int>>();
    private static readonly ScreenKernel Wide256 = new ScreenTile6<ScreenLanes256, Vector256<int>>();
    private static readonly ScreenKernel Wide512 = new ScreenTile12<ScreenLanes512, Vector512<int>>();

    /// <summary>Ints of a panel of so many pairs.</summary>
    public int PanelInts(int pairs) => (pairs + 1) * PanelWidth;

    /// <summary>
    /// Scores the tile against the panel. Of the rows with a score above their cut it writes all scores and sets the
    /// bits of those above; of other rows it writes nothing. Cost: pairs × rows × width.
    /// </summary>
    /// <param name="tile">Pairs × <see cref="TileRows"/>.</param>
    /// <param name="panel">(1 + pairs) × <see cref="PanelWidth"/>.</param>
    /// <param name="cuts">One for each row.</param>
    /// <param name="hits">Where the scores and the bits go.</param>
    /// <returns>The rows with a score above their cut, as bits.</returns>
    public uint Score(
        ReadOnlySpan<int> tile, ReadOnlySpan<int> panel, ReadOnlySpan<int> cuts, ScreenHits hits)
    {
        Debug.Assert(tile.Length % TileRows == 0 && panel.Length == PanelInts(tile.Length / TileRows));
        Debug.Assert(cuts.Length == TileRows);
        Debug.Assert(hits.Scores.Length == TileRows * PanelWidth && hits.Masks.Length == TileRows);
        return ScoreTile(tile, panel, cuts, hits);
    }

    /// <summary>The first of the highest scores of a panel.</summary>
    public static int LaneOfBest(ReadOnlySpan<int> scores)
    {
        int width = Vector<int>.Count;
        int best = int.MinValue;
        int i = 0;
        if (scores.Length >= width)
        {
            var most = new Vector<int>(scores);
            for (i = width; i <= scores.Length - width; i += width)
            {
                most = Vector.Max(most, new Vector<int>(scores[i..]));
            }

            for (int lane = 0; lane < width; lane++)
            {
                best = Math.Max(best, most[lane]);
            }
        }

        for (; i < scores.Length; i++)
        {
            best = Math.Max(best, scores[i]);
        }

        return scores.IndexOf(best);
    }

    /// <summary>Bit i is set where score i of a panel is above the cut.</summary>
    public abstract uint AboveMask(ReadOnlySpan<int> scores, int cut);

    /// <summary>As <see cref="Score"/>, which has asserted the lengths.</summary>
    protected abstract uint ScoreTile(
        ReadOnlySpan<int> tile, ReadOnlySpan<int> panel, ReadOnlySpan<int> cuts, ScreenHits hits);
}

/// <summary>Where a screen leaves what passed.</summary>
/// <param name="Scores">Tile rows × panel width.</param>
/// <param name="Masks">One for each row of a tile: bit i for the panel's centroid i.</param>
internal readonly record struct ScreenHits(int[] Scores, uint[] Masks);
