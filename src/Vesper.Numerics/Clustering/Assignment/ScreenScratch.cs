using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels.Screens;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>The work of one thread of a <see cref="ScreenAssigner"/>: a block of rows, tile by tile.</summary>
internal sealed class ScreenScratch
{
    /// <summary>Rows of a block.</summary>
    public const int RowsMax = 960;

    /// <summary>The answer for a row that does not fit the codes.</summary>
    public const int Misfit = -1;

    private readonly ScreenKernel _kernel;
    private readonly ScreenSpace _space;
    private readonly ScreenTarget _target;
    private readonly ScreenBlock _block;
    private readonly TileSearch _search;
    private readonly ScreenHits _hits;
    private readonly int[] _tile;
    private readonly int[] _all;
    private readonly int[] _leaders = new int[RowsMax];
    private readonly int[] _order = new int[RowsMax];
    private readonly int[] _ends;

    /// <summary>Scratch for one assigner.</summary>
    public ScreenScratch(ScreenKernel kernel, ScreenSpace space, ScreenTarget target)
    {
        _kernel = kernel;
        _space = space;
        _target = target;
        _block = new ScreenBlock(space, RowsMax);
        _search = new TileSearch(target, kernel.TileRows);
        _hits = new ScreenHits(new int[kernel.TileRows * kernel.PanelWidth], new uint[kernel.TileRows]);
        _tile = new int[space.Pairs * kernel.TileRows];
        _all = [.. Enumerable.Repeat(int.MinValue, kernel.TileRows)];
        _ends = new int[target.LeaderCount + 1];
    }

    /// <summary>Distances measured since construction.</summary>
    public long Measured => _search.Measured;

    /// <summary>
    /// Nearest centroids of rows, at most <see cref="RowsMax"/>; <see cref="Misfit"/> for those that do not fit.
    /// </summary>
    public void Search(RowMatrix<float> rows, int start, Span<int> nearest, Span<float> distances)
    {
        Debug.Assert(nearest.Length <= RowsMax && distances.Length == nearest.Length);
        _space.Map(rows, start, nearest.Length, _block);
        for (int i = 0; i < nearest.Length; i++)
        {
            _order[i] = i;
        }

        FindLeaders(nearest.Length);
        int fitting = SortByLeader(nearest.Length);
        for (int first = 0; first < fitting; first += _kernel.TileRows)
        {
            ReadOnlySpan<int> tile = _order.AsSpan(first, Math.Min(_kernel.TileRows, fitting - first));
            SearchTile(rows.Addresses, start, tile);
            for (int i = 0; i < tile.Length; i++)
            {
                (nearest[tile[i]], distances[tile[i]]) = _search[i];
            }
        }

        for (int i = 0; i < nearest.Length; i++)
        {
            nearest[i] = _block.Fits[i] ? nearest[i] : Misfit;
        }
    }

    private void FindLeaders(int count)
    {
        int width = _kernel.PanelWidth;
        Span<int> best = stackalloc int[_kernel.TileRows];
        for (int first = 0; first < count; first += _kernel.TileRows)
        {
            ReadOnlySpan<int> tile = _order.AsSpan(first, Math.Min(_kernel.TileRows, count - first));
            Pack(tile);
            best.Fill(int.MinValue);
            for (int panel = 0; panel < _target.Leaders.Count; panel++)
            {
                _kernel.Score(_tile, _target.Leaders[panel], _all, _hits);
                for (int i = 0; i < tile.Length; i++)
                {
                    ReadOnlySpan<int> scores = _hits.Scores.AsSpan(i * width, width);
                    int lane = ScreenKernel.LaneOfBest(scores);
                    if (scores[lane] > best[i])
                    {
                        (best[i], _leaders[first + i]) = (scores[lane], panel * width + lane);
                    }
                }
            }
        }
    }

    /// <summary>Counting sort of the rows that fit; returns how many they are.</summary>
    private int SortByLeader(int count)
    {
        _ends.AsSpan().Clear();
        for (int i = 0; i < count; i++)
        {
            _ends[_leaders[i] + 1] += _block.Fits[i] ? 1 : 0;
        }

        for (int leader = 1; leader < _ends.Length; leader++)
        {
            _ends[leader] += _ends[leader - 1];
        }

        int fitting = _ends[^1];
        for (int i = 0; i < count; i++)
        {
            if (_block.Fits[i])
            {
                _order[_ends[_leaders[i]]++] = i;
            }
        }

        return fitting;
    }

    private void SearchTile(RowAddresses<float> rows, int start, ReadOnlySpan<int> tile)
    {
        Pack(tile);
        for (int i = 0; i < _kernel.TileRows; i++)
        {
            if (i < tile.Length)
            {
                _search.Begin(i, _block.Norms[tile[i]], _block.Slacks[tile[i]] + _target.Panels.SlackMax);
            }
            else
            {
                _search.Omit(i);
            }
        }

        int panels = _target.Panels.Count;
        int width = _kernel.PanelWidth;
        int panel = _target.FirstPanel(_leaders[tile[0]]);
        for (int seen = 0; seen < panels; seen++)
        {
            uint found = _kernel.Score(_tile, _target.Panels[panel], _search.Cuts, _hits);
            for (; found != 0; found &= found - 1)
            {
                int row = BitOperations.TrailingZeroCount(found);
                _search.Take(
                    row, rows.Span(start + tile[row], _space.Dimensions), panel * width,
                    _hits.Scores.AsSpan(row * width, width), _hits.Masks[row]);
            }

            panel = panel + 1 == panels ? 0 : panel + 1;
        }

        for (int i = 0; i < tile.Length; i++)
        {
            _search.Finish(i, rows.Span(start + tile[i], _space.Dimensions));
        }
    }

    private void Pack(ReadOnlySpan<int> tile)
    {
        int rows = _kernel.TileRows;
        ReadOnlySpan<int> codes = MemoryMarshal.Cast<short, int>(_block.Codes);
        for (int i = 0; i < tile.Length; i++)
        {
            ReadOnlySpan<int> code = codes.Slice(tile[i] * _space.CodeStride / 2, _space.Pairs);
            for (int pair = 0; pair < code.Length; pair++)
            {
                _tile[pair * rows + i] = code[pair];
            }
        }
    }
}
