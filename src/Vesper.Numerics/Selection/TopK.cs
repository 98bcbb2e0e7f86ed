using System.Diagnostics;

namespace Vesper.Numerics.Selection;

/// <summary>
/// The k nearest of the candidates pushed, by (distance, tie order). Reusable; no allocation after construction at a
/// size.
/// </summary>
/// <remarks>
/// One thread. Ties go by <c>ties</c> when given, else by lower ordinal, at the boundary too. NaN distances are
/// refused by a debug assertion (and never get in). A bounded binary heap with the worst entry at its root.
/// </remarks>
public sealed class TopK
{
    private Scored[] _heap = [];
    private IComparer<Ordinal>? _ties;
    private int _capacity;
    private int _count;
    private bool _sorted;

    /// <summary>An empty collector of capacity k ≥ 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">k is not positive.</exception>
    public TopK(int k, IComparer<Ordinal>? ties = null) => Reset(k, ties);

    /// <summary>Empties it and sets a new capacity and tie order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">k is not positive.</exception>
    public void Reset(int k, IComparer<Ordinal>? ties = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        if (_heap.Length < k)
        {
            _heap = new Scored[k];
        }

        _capacity = k;
        _ties = ties;
        _count = 0;
        _sorted = false;
        Worst = float.PositiveInfinity;
    }

    /// <summary>Most entries kept.</summary>
    public int Capacity => _capacity;

    /// <summary>Entries kept now.</summary>
    public int Count => _count;

    /// <summary>Distance that a candidate must not exceed to get in: +∞ until full.</summary>
    public float Worst { get; private set; }

    /// <summary>Offers one candidate. O(log k) when it gets in, O(1) when not.</summary>
    public bool Push(float distance, Ordinal ordinal)
    {
        Debug.Assert(!float.IsNaN(distance) && !_sorted);

        // Written so that a NaN fails it.
        return distance <= Worst && Insert(new Scored(distance, ordinal));
    }

    /// <summary>
    /// Sorts what is kept, nearest first, and returns it; the content stays until <see cref="Reset"/>, pushing more
    /// is not allowed before. O(k log k).
    /// </summary>
    public ReadOnlySpan<Scored> Sorted()
    {
        for (int end = _count - 1; end > 0 && !_sorted; end--)
        {
            Scored last = _heap[end];
            _heap[end] = _heap[0];
            SiftDown(last, end);
        }

        _sorted = true;
        return _heap.AsSpan(0, _count);
    }

    private bool Insert(Scored entry)
    {
        if (_count < _capacity)
        {
            SiftUp(entry, _count++);
        }
        else if (IsNearer(entry, _heap[0]))
        {
            SiftDown(entry, _count);
        }
        else
        {
            return false;
        }

        if (_count == _capacity)
        {
            Worst = _heap[0].Distance;
        }

        return true;
    }

    private bool IsNearer(in Scored left, in Scored right)
    {
        if (left.Distance != right.Distance)
        {
            return left.Distance < right.Distance;
        }

        return _ties is null
            ? left.Ordinal.Value < right.Ordinal.Value
            : _ties.Compare(left.Ordinal, right.Ordinal) < 0;
    }

    /// <summary>Puts an entry in at a leaf position and moves farther entries below nearer parents' places.</summary>
    private void SiftUp(in Scored entry, int at)
    {
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!IsNearer(_heap[parent], entry))
            {
                break;
            }

            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = entry;
    }

    /// <summary>Puts an entry in the place of the root of the first <paramref name="count"/> entries.</summary>
    private void SiftDown(in Scored entry, int count)
    {
        int at = 0;
        for (int child = 1; child < count; child = 2 * at + 1)
        {
            if (child + 1 < count && IsNearer(_heap[child], _heap[child + 1]))
            {
                child++;
            }

            if (!IsNearer(entry, _heap[child]))
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        Debug.Assert(at < count);
        _heap[at] = entry;
    }
}
