using System.Diagnostics;

namespace Vesper.Indexing.Graph.Walking;

/// <summary>
/// The unbounded frontier of a filtered walk: a binary heap, nearest on top. It may hold most of a graph, where a
/// sorted array would move too much.
/// </summary>
/// <remarks>One thread. Reused from walk to walk; it allocates only to grow.</remarks>
internal sealed class CandidateHeap
{
    private ulong[] _keys = new ulong[1024];

    /// <summary>Keys in it.</summary>
    public int Count { get; private set; }

    /// <summary>Empties it.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a key. O(log n).</summary>
    public void Push(ulong key)
    {
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, 2 * Count);
        }

        var keys = _keys;
        var hole = Count++;
        while (hole > 0 && keys[(hole - 1) >> 1] > key)
        {
            keys[hole] = keys[(hole - 1) >> 1];
            hole = (hole - 1) >> 1;
        }

        keys[hole] = key;
    }

    /// <summary>Removes and returns the nearest. O(log n).</summary>
    public ulong Pop()
    {
        Debug.Assert(Count > 0, "An empty frontier ends the walk.");
        var keys = _keys;
        var top = keys[0];
        var last = keys[--Count];
        var hole = 0;
        for (var child = 1; child < Count; child = (2 * hole) + 1)
        {
            child += child + 1 < Count && keys[child + 1] < keys[child] ? 1 : 0;
            if (last <= keys[child])
            {
                break;
            }

            keys[hole] = keys[child];
            hole = child;
        }

        keys[hole] = last;
        return top;
    }
}
