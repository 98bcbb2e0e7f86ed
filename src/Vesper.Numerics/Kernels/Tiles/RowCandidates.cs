using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>
/// For each row of a block, the targets that may be among its k nearest, by their screened values: more than k are
/// kept and cut from time to time, which costs less than keeping them in order.
/// </summary>
/// <remarks>One thread. A row for which too many targets are too close to tell is given up: it takes no more.</remarks>
internal sealed class RowCandidates
{
    private readonly float[] _thresholds;
    private readonly ScreenBound[] _bounds;
    private readonly int[] _counts;
    private float[] _values = [];
    private int[] _targets = [];
    private float[] _sorted = [];
    private int _capacity;
    private int _k;

    /// <summary>For blocks of up to so many rows.</summary>
    public RowCandidates(int rows)
    {
        _thresholds = new float[rows];
        _bounds = new ScreenBound[rows];
        _counts = new int[rows];
    }

    /// <summary>Forgets all rows: none takes candidates before it is bound.</summary>
    public void Reset(int k)
    {
        _k = k;
        _capacity = checked(2 * k + 30);
        if (_sorted.Length < _capacity)
        {
            _values = new float[_capacity * _counts.Length];
            _targets = new int[_capacity * _counts.Length];
            _sorted = new float[_capacity];
        }

        _thresholds.AsSpan().Fill(float.NaN);
        _counts.AsSpan().Clear();
    }

    /// <summary>Opens a row.</summary>
    public void Bind(int row, ScreenBound bound)
    {
        _bounds[row] = bound;
        _thresholds[row] = bound.IsFinite ? float.MaxValue : float.NaN;
    }

    /// <summary>Values above these are too far. A NaN for rows that take nothing.</summary>
    public ReadOnlySpan<float> Thresholds(int firstRow, int rows) => _thresholds.AsSpan(firstRow, rows);

    /// <summary>Takes those of a panel's targets whose bit is set.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Offer(int row, int firstTarget, uint near, ref float values)
    {
        // SAFETY: a bit stands for a target of the panel, whose values the caller has.
        for (; near != 0; near &= near - 1)
        {
            int bit = BitOperations.TrailingZeroCount(near);
            float value = Unsafe.Add(ref values, bit);
            if (value <= _thresholds[row])
            {
                Add(row, value, firstTarget + bit);
            }
        }
    }

    /// <summary>Writes the targets of a row that are still in question.</summary>
    /// <param name="row">A bound row.</param>
    /// <param name="into">At least 2k + 30.</param>
    /// <returns>How many, in ascending order; −1 when only computing all of them tells.</returns>
    public int Take(int row, Span<Ordinal> into)
    {
        float threshold = _thresholds[row];
        if (float.IsNaN(threshold))
        {
            return -1;
        }

        if (_counts[row] > _k && _k > 1)
        {
            threshold = KthBound(row);
        }

        int taken = 0;
        int first = row * _capacity;
        for (int i = first; i < first + _counts[row]; i++)
        {
            into[taken] = new Ordinal(_targets[i]);
            taken += _values[i] <= threshold ? 1 : 0;
        }

        Debug.Assert(taken >= _k);
        return taken;
    }

    private void Add(int row, float value, int target)
    {
        int at = row * _capacity + _counts[row]++;
        _values[at] = value;
        _targets[at] = target;
        if (_k == 1)
        {
            _thresholds[row] = MathF.Min(_thresholds[row], _bounds[row].Above(value));
        }

        if (_counts[row] == _capacity)
        {
            Cut(row);
        }
    }

    private void Cut(int row)
    {
        float threshold = _k == 1 ? _thresholds[row] : KthBound(row);
        int first = row * _capacity;
        int kept = first;
        for (int i = first; i < first + _capacity; i++)
        {
            _values[kept] = _values[i];
            _targets[kept] = _targets[i];
            kept += _values[i] <= threshold ? 1 : 0;
        }

        _counts[row] = kept - first;
        _thresholds[row] = kept - first > _capacity - _capacity / 4 ? float.NaN : threshold;
    }

    private float KthBound(int row)
    {
        Span<float> sorted = _sorted.AsSpan(0, _counts[row]);
        _values.AsSpan(row * _capacity, sorted.Length).CopyTo(sorted);
        sorted.Sort();
        return _bounds[row].Above(sorted[_k - 1]);
    }
}
