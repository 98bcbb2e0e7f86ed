using System.Diagnostics;
using System.Numerics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Kernels.Screens;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>What is known of the rows of one tile while panels pass: best centroid, cut, and whom to ask
/// again.</summary> <remarks>
/// A centroid whose score is the best so far is measured at once, which lowers the cut; others above the cut wait, and
/// those that the last cut leaves are measured together. One thread.
/// </remarks>
internal sealed class TileSearch
{
    // More roundings of a distance than there are: n terms in any order, each of a difference, a product, a sum.
    private const int OtherRoundings = 12;
    private const double Unit = 1.0 / (1 << 24);
    private const int WaitingMax = 96;

    private readonly ScreenTarget _target;
    private readonly FloatKernel _kernel = KernelTable.Current.SquaredL2;
    private readonly double _inflation;
    private readonly double _underflow;
    private readonly Row[] _rows;
    private readonly (int Score, int Place)[] _waiting;
    private readonly Ordinal[] _ordinals = new Ordinal[WaitingMax];
    private readonly float[] _distances = new float[WaitingMax];

    /// <summary>A search for tiles of some rows.</summary>
    public TileSearch(ScreenTarget target, int rows)
    {
        _target = target;
        _rows = new Row[rows];
        _waiting = new (int, int)[rows * WaitingMax];
        Cuts = new int[rows];
        int dimensions = target.Dimensions;
        _inflation = 1 / (1 - Unit * (dimensions + OtherRoundings));
        _underflow = 4.0 * dimensions * float.Epsilon;
    }

    /// <summary>Scores must be above these to matter.</summary>
    public int[] Cuts { get; }

    /// <summary>Distances measured since construction.</summary>
    public long Measured { get; private set; }

    /// <summary>The nearest centroid found for a row of the tile.</summary>
    public (int Number, float Distance) this[int row] => (_rows[row].Number, _rows[row].Distance);

    /// <summary>Starts a row of the tile.</summary>
    /// <param name="row">Which.</param>
    /// <param name="normSquared">Of its code.</param>
    /// <param name="slack">Of its code, the centroids' largest included.</param>
    public void Begin(int row, int normSquared, float slack)
    {
        _rows[row] = new Row
        {
            Score = int.MinValue,
            Number = int.MaxValue,
            Distance = float.PositiveInfinity,
            NormSquared = normSquared,
            Slack = slack,
        };
        Cuts[row] = int.MinValue;
    }

    /// <summary>Says that the tile has no such row.</summary>
    public void Omit(int row) => Cuts[row] = int.MaxValue;

    /// <summary>Takes the scores of a row against a panel.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="query">Its elements.</param>
    /// <param name="firstPlace">Place of the panel's first centroid.</param>
    /// <param name="scores">Of the panel.</param>
    /// <param name="mask">Those above the cut.</param>
    public void Take(int row, ReadOnlySpan<float> query, int firstPlace, ReadOnlySpan<int> scores, uint mask)
    {
        ref Row state = ref _rows[row];
        int best = ScreenKernel.LaneOfBest(scores);
        if (scores[best] > state.Score)
        {
            state.Score = scores[best];
            float distance = _kernel.Distance(query, _target.Centroid(firstPlace + best));
            Measured++;
            Offer(ref state, firstPlace + best, distance);
            Cuts[row] = CutFor(in state);
            mask = _target.Kernel.AboveMask(scores, Cuts[row]) & ~(1u << best);
        }

        for (; mask != 0; mask &= mask - 1)
        {
            int lane = BitOperations.TrailingZeroCount(mask);
            _waiting[row * WaitingMax + state.Waiting++] = (scores[lane], firstPlace + lane);
        }

        if (state.Waiting > WaitingMax - ScreenTarget.PanelWidthMax)
        {
            Finish(row, query);
        }
    }

    /// <summary>Measures those who wait and may still be nearest.</summary>
    public void Finish(int row, ReadOnlySpan<float> query)
    {
        ref Row state = ref _rows[row];
        int count = 0;
        foreach ((int score, int place) in _waiting.AsSpan(row * WaitingMax, state.Waiting))
        {
            if (score > Cuts[row])
            {
                _ordinals[count++] = new Ordinal(place);
            }
        }

        state.Waiting = 0;
        if (count == 0)
        {
            return;
        }

        Debug.Assert(count <= WaitingMax);
        _kernel.Score(query, _target.Centroids.Addresses, _ordinals.AsSpan(0, count), _distances);
        Measured += count;
        float before = state.Distance;
        for (int i = 0; i < count; i++)
        {
            Offer(ref state, _ordinals[i].Value, _distances[i]);
        }

        if (state.Distance < before)
        {
            Cuts[row] = CutFor(in state);
        }
    }

    private void Offer(ref Row state, int place, float distance)
    {
        int number = _target.Numbers[place];
        if (distance < state.Distance || (distance == state.Distance && number < state.Number))
        {
            state.Distance = distance;
            state.Number = number;
        }
    }

    /// <summary>
    /// A score at or below it proves the centroid farther than the best: see <see cref="ScreenAssigner"/>.
    /// </summary>
    private int CutFor(ref readonly Row state)
    {
        double reach = Math.Sqrt((state.Distance + _underflow) * _inflation) * _target.PerUnit + state.Slack;
        double cut = (state.NormSquared - reach * reach * (1 + 1e-12)) / 2 - 2;
        return cut > int.MinValue ? (int)Math.Floor(cut) : int.MinValue;
    }

    private struct Row
    {
        public int Score;
        public int Number;
        public float Distance;
        public int NormSquared;
        public float Slack;
        public int Waiting;
    }
}
