namespace Vesper.Numerics.Selection;

/// <summary>Marks of the nodes that one graph walk has seen; clearing is O(1) by epoch. One thread; pool it.</summary>
public sealed class VisitedSet
{
    // A node is marked when its entry equals the epoch; 0 is never an epoch, so new entries are unmarked.
    private ushort[] _epochs = [];
    private ushort _epoch;

    /// <summary>
    /// Starts a new walk over ordinals 0 … length − 1 (grows when needed). O(length) once in 65,535 walks, else O(1).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public void Begin(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > _epochs.Length)
        {
            long doubled = Math.Min(2L * _epochs.Length, Array.MaxLength);
            _epochs = new ushort[Math.Max(length, (int)doubled)];
            _epoch = 0;
        }

        _epoch++;
        if (_epoch == 0)
        {
            Array.Clear(_epochs);
            _epoch = 1;
        }
    }

    /// <summary>Marks the ordinal; false when it was marked already in this walk.</summary>
    /// <exception cref="IndexOutOfRangeException">The ordinal is beyond what any walk was begun with.</exception>
    public bool Add(int ordinal)
    {
        ref ushort mark = ref _epochs[ordinal];
        if (mark == _epoch)
        {
            return false;
        }

        mark = _epoch;
        return true;
    }
}
