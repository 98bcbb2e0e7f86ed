using System.Diagnostics;
using Vesper.Numerics.Kernels.Tiles;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// Targets (centroids, or rows of a block) laid out for register tiles: the other side of <see cref="ManyToMany"/>.
/// </summary>
/// <remarks>
/// A panel holds as many targets as two vectors have lanes, element after element: float (d × width + t) is element d
/// of the panel's target t. The last panel is filled up with zeros whose start value is +∞, so that they are never
/// near. Memory: 4 × (dimensions + 2) bytes a target, and the source, which must outlive this. Any number of threads
/// may search; not while <see cref="Repack"/> runs.
/// </remarks>
internal sealed class PackedRows : IDisposable
{
    private readonly NativeBuffer<float> _panels;
    private readonly NativeBuffer<float> _norms;
    private readonly NativeBuffer<float> _zeros;
    private readonly IdlePool<TileScratch> _idle;

    /// <summary>Packs all rows that are counted now. O(rows × dimensions).</summary>
    /// <param name="rows">At least one row, of at least as many columns as there are dimensions.</param>
    /// <param name="dimensions">Elements that count, ≥ 1.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <param name="kernels">The width to pack for; that of the process when null.</param>
    /// <exception cref="ArgumentException">There are no rows, or too few columns.</exception>
    public PackedRows(RowMatrix<float> rows, int dimensions, MemoryScope scope, KernelTable? kernels = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, rows.Columns);
        Count = rows.Count;
        ArgumentOutOfRangeException.ThrowIfZero(Count, nameof(rows));
        Source = rows;
        Dimensions = dimensions;
        Kernels = kernels ?? KernelTable.Current;
        _idle = new IdlePool<TileScratch>(_ => new TileScratch(this, scope));
        Panels = (Count + Kernels.Tiles.PanelWidth - 1) / Kernels.Tiles.PanelWidth;
        long slots = (long)Panels * Kernels.Tiles.PanelWidth;
        _panels = new NativeBuffer<float>(slots * dimensions, scope);
        _norms = new NativeBuffer<float>(slots, scope);
        _zeros = new NativeBuffer<float>(slots, scope);
        for (long slot = Count; slot < slots; slot++)
        {
            _norms[slot] = _zeros[slot] = float.PositiveInfinity;
        }

        Repack();
    }

    /// <summary>Where the targets come from; distances that are returned are computed on these rows.</summary>
    public RowMatrix<float> Source { get; }

    /// <summary>Elements that count.</summary>
    public int Dimensions { get; }

    /// <summary>Targets.</summary>
    public int Count { get; }

    /// <summary>The kernels that the layout is for.</summary>
    public KernelTable Kernels { get; }

    /// <summary>Panels of <see cref="TileKernel.PanelWidth"/> targets.</summary>
    public int Panels { get; }

    /// <summary>The largest |target|², by single precision; a NaN when any element is one.</summary>
    public float SquaredNormMax { get; private set; }

    /// <summary>Takes the source's rows anew, after they were changed in place. O(targets × dimensions).</summary>
    public void Repack()
    {
        int width = Kernels.Tiles.PanelWidth;
        SquaredNormMax = 0;
        for (int number = 0; number < Count; number++)
        {
            ReadOnlySpan<float> row = Source.Row(number)[..Dimensions];
            Span<float> panel = _panels.Slice((long)(number / width) * width * Dimensions, width * Dimensions);
            for (int d = 0, at = number % width; d < row.Length; d++, at += width)
            {
                panel[at] = row[d];
            }

            float norm = Kernels.SquaredNorm(row);
            _norms[number] = norm;
            SquaredNormMax = MathF.Max(SquaredNormMax, norm);
        }
    }

    /// <summary>The first element of a panel's first target.</summary>
    public ref float Panel(int panel) => ref _panels[(long)panel * Kernels.Tiles.PanelWidth * Dimensions];

    /// <summary>What the sums of a panel start with: squared norms for L2, else zeros.</summary>
    public ref float Start(int panel, Metric metric) =>
        ref (metric == Metric.L2 ? _norms : _zeros)[(long)panel * Kernels.Tiles.PanelWidth];

    /// <summary>What one thread needs to search; give it back.</summary>
    public TileScratch Rent() => _idle.Rent();

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    public void Return(TileScratch scratch)
    {
        Debug.Assert(scratch.Targets == this);
        if (!_idle.Return(scratch))
        {
            scratch.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake() is { } scratch)
        {
            scratch.Dispose();
        }

        _panels.Dispose();
        _norms.Dispose();
        _zeros.Dispose();
    }
}
