using System.Diagnostics;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>What one thread needs to search packed targets: a block of rows, packed, and their candidates.</summary>
internal sealed class TileScratch : IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private const int TilesMax = 16;
    private const int Batch = 256;

    private readonly NativeBuffer<float> _packed;
    private readonly NativeBuffer<float> _sums;
    private readonly TopK _best = new(1);
    private readonly int _blockRows;
    private Ordinal[] _ordinals = new Ordinal[Batch];
    private float[] _distances = new float[Batch];
    private RowMatrix<float>? _rows;
    private int _start;
    private int _k;

    public TileScratch(PackedRows targets, MemoryScope scope)
    {
        Targets = targets;
        int tileRows = targets.Kernels.Tiles.TileRows;
        int tiles = Math.Clamp(BlockBytes / (sizeof(float) * targets.Dimensions * tileRows), 1, TilesMax);
        _blockRows = tiles * tileRows;
        _packed = new NativeBuffer<float>((long)_blockRows * targets.Dimensions, scope);
        _sums = new NativeBuffer<float>((long)tileRows * targets.Kernels.Tiles.PanelWidth, scope);
        Candidates = new RowCandidates(_blockRows);
    }

    public PackedRows Targets { get; }

    /// <summary>Rows of the block, packed or given up.</summary>
    public int Rows { get; private set; }

    public Metric Metric { get; private set; }

    public RowCandidates Candidates { get; }

    /// <summary>Room for the sums of a tile.</summary>
    public ref float Sums => ref _sums[0];

    /// <summary>The packed elements of the tile that starts with a row.</summary>
    public ref float Tile(int row) => ref _packed[(long)row * Targets.Dimensions];

    /// <summary>Screens all targets for the next rows and returns how many rows it took.</summary>
    public int Screen(RowMatrix<float> rows, int start, int count, Metric metric, int k)
    {
        _rows = rows;
        _start = start;
        _k = k;
        Rows = Math.Min(count, _blockRows);
        Metric = metric;
        Candidates.Reset(k);
        if (_ordinals.Length < 2 * k + 30)
        {
            _ordinals = new Ordinal[2 * k + 30];
            _distances = new float[2 * k + 30];
        }

        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<float> row = rows.Row(start + i)[..Targets.Dimensions];
            float norm = Targets.Kernels.SquaredNorm(row);
            Candidates.Bind(i, ScreenBound.For(metric, row.Length, norm, Targets.SquaredNormMax));
            Pack(i, row, metric == Metric.L2 ? -2 : -1);
        }

        Targets.Kernels.Tiles.Screen(this);
        return Rows;
    }

    /// <summary>The nearest target of a row of the block, by direct distances.</summary>
    public Scored Best(int row)
    {
        Collect(row);
        return _best.Sorted()[0];
    }

    /// <summary>The k nearest targets of a row of the block, by direct distances, nearest first.</summary>
    public void Best(int row, Span<Scored> into)
    {
        Collect(row);
        _best.Sorted().CopyTo(into);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _packed.Dispose();
        _sums.Dispose();
    }

    private void Pack(int slot, ReadOnlySpan<float> row, float scale)
    {
        int tileRows = Targets.Kernels.Tiles.TileRows;
        int tile = slot / tileRows * tileRows;
        Span<float> packed = _packed.Slice((long)tile * row.Length, tileRows * row.Length);
        for (int d = 0, at = slot - tile; d < row.Length; d++, at += tileRows)
        {
            packed[at] = scale * row[d];
        }
    }

    private void Collect(int row)
    {
        Debug.Assert(row < Rows && _rows is not null);
        ReadOnlySpan<float> query = _rows!.Row(_start + row)[..Targets.Dimensions];
        _best.Reset(_k);
        int candidates = Candidates.Take(row, _ordinals);
        if (candidates >= 0)
        {
            Push(query, candidates);
            return;
        }

        for (int first = 0; first < Targets.Count; first += Batch)
        {
            int count = Math.Min(Batch, Targets.Count - first);
            for (int i = 0; i < count; i++)
            {
                _ordinals[i] = new Ordinal(first + i);
            }

            Push(query, count);
        }
    }

    private void Push(ReadOnlySpan<float> query, int count)
    {
        ReadOnlySpan<Ordinal> ordinals = _ordinals.AsSpan(0, count);
        Targets.Kernels.For(Metric).Score(query, Targets.Source.Addresses, ordinals, _distances);
        for (int i = 0; i < ordinals.Length; i++)
        {
            _best.Push(float.IsNaN(_distances[i]) ? float.PositiveInfinity : _distances[i], ordinals[i]);
        }
    }
}
