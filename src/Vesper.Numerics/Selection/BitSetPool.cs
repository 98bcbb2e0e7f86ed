namespace Vesper.Numerics.Selection;

/// <summary>Scratch sets that are used again. One thread.</summary>
public sealed class BitSetPool
{
    private readonly List<BitSet> _sets = [];
    private int _rented;

    /// <summary>An empty set of a length, the caller's until <see cref="ReturnAll"/>.</summary>
    public BitSet Rent(int length)
    {
        if (_rented == _sets.Count)
        {
            _sets.Add(new BitSet(0));
        }

        BitSet set = _sets[_rented++];
        set.Reset(length);
        return set;
    }

    /// <summary>Takes back all sets that were rented.</summary>
    public void ReturnAll() => _rented = 0;
}
