using System.Diagnostics;

namespace Vesper.Indexing.Graph.Walking;

/// <summary>
/// The nearest candidates of a walk, sorted, at most as many as the effort (ef). A sorted array beats two heaps at
/// the sizes that matter: the nearest unexpanded candidate is a cursor, the worst is the last entry, an insertion is
/// one short move.
/// </summary>
/// <remarks>One thread. Reused from walk to walk; it allocates only to grow.</remarks>
internal sealed class CandidatePool
{
    private ulong[] _keys = new ulong[256];
    private int _capacity;
    private int _count;
    private int _cursor;

    /// <summary>What is kept, nearest first.</summary>
    public ReadOnlySpan<ulong> Keys => _keys.AsSpan(0, _count);

    /// <summary>A key must be below this to get in.</summary>
    public ulong Worst => _count < _capacity ? CandidateKey.Maximum : _keys[_count - 1];

    /// <summary>Empties it and sets how many it keeps, ≥ 1.</summary>
    public void Reset(int capacity)
    {
        Debug.Assert(capacity >= 1, "A walk keeps at least one candidate.");
        if (_keys.Length < capacity)
        {
            _keys = new ulong[Math.Max(capacity, 2 * _keys.Length)];
        }

        _capacity = capacity;
        _count = 0;
        _cursor = 0;
    }

    /// <summary>
    /// Puts a key in its place; the worst falls out when full. The key must be below <see cref="Worst"/>.
    /// </summary>
    public void Insert(ulong key)
    {
        Debug.Assert(key < Worst, "The caller compares with Worst first.");
        var keys = _keys;
        var place = PlaceOf(keys, _count, key);
        if (_count < _capacity)
        {
            _count++;
        }

        Array.Copy(keys, place, keys, place + 1, _count - 1 - place);
        keys[place] = key;
        _cursor = Math.Min(_cursor, place);
    }

    /// <summary>
    /// Marks the nearest unexpanded candidate as expanded and gives its node; false when there is none.
    /// </summary>
    public bool TryExpandNext(out int node)
    {
        var keys = _keys;
        var cursor = _cursor;
        while (cursor < _count && (keys[cursor] & CandidateKey.Expanded) != 0)
        {
            cursor++;
        }

        _cursor = cursor;
        if (cursor == _count)
        {
            node = -1;
            return false;
        }

        keys[cursor] |= CandidateKey.Expanded;
        node = CandidateKey.Ordinal(keys[cursor]);
        return true;
    }

    /// <summary>Offers everything to a collector, nearest first, until it takes no more.</summary>
    public void OfferTo(TopK into)
    {
        foreach (var key in Keys)
        {
            var distance = CandidateKey.Distance(key);
            if (distance > into.Worst)
            {
                break;
            }

            into.Push(distance, new Ordinal(CandidateKey.Ordinal(key)));
        }
    }

    /// <summary>The first index whose key is above the given one.</summary>
    private static int PlaceOf(ulong[] keys, int count, ulong key)
    {
        var low = 0;
        while (count > 0)
        {
            var half = count >> 1;
            var above = keys[low + half] < key;
            low = above ? low + half + 1 : low;
            count = above ? count - half - 1 : half;
        }

        return low;
    }
}
