using System.Collections.Concurrent;
using System.Diagnostics;

namespace Vesper.Payloads;

/// <summary>Ids of the active segment.</summary>
/// <remarks>One writer appends; everything else may be called by any thread at the same time.</remarks>
internal sealed class IdColumnWriter : IIdColumn
{
    private const int NoRow = -1;

    private readonly AppendList<PointId> _ids = new();
    private readonly AppendList<int> _previous = new();
    private readonly ConcurrentDictionary<PointId, int> _newest = new();
    private int[] _sorted = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public PointId this[Ordinal row] => _ids[row.Value];

    /// <summary>Appends (one writer) and returns the row's ordinal.</summary>
    public Ordinal Append(PointId id)
    {
        var previous = _newest.TryGetValue(id, out var older) ? older : NoRow;
        var row = _ids.Add(id);
        _previous.Add(previous);
        Debug.Assert(_ids.Count == _previous.Count, "both lists have one element a row");
        Debug.Assert(previous < row, "chains lead to older rows");

        // The row is complete before it can be found, and found before it is counted.
        _newest[id] = row;
        Volatile.Write(ref _count, row + 1);
        return new Ordinal(row);
    }

    public bool TryFind(PointId id, out Ordinal newest)
    {
        var found = _newest.TryGetValue(id, out var row);
        newest = new Ordinal(found ? row : 0);
        return found;
    }

    public bool TryPrevious(Ordinal row, out Ordinal previous)
    {
        var older = _previous[row.Value];
        previous = new Ordinal(older == NoRow ? 0 : older);
        return older != NoRow;
    }

    /// <inheritdoc/>
    /// <remarks>Sorts only the rows that came since the last call, and merges them in.</remarks>
    public IdOrder Sorted(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        var known = Volatile.Read(ref _sorted);
        if (known.Length < count)
        {
            known = MergeNewRows(known, count);
            Volatile.Write(ref _sorted, known);
        }

        return new IdOrder(known);
    }

    public int Compare(Ordinal x, Ordinal y) => CompareRows(x.Value, y.Value);

    private int CompareRows(int x, int y)
    {
        var order = _ids[x].CompareTo(_ids[y]);
        return order != 0 ? order : x.CompareTo(y);
    }

    private int[] MergeNewRows(int[] known, int count)
    {
        var added = new int[count - known.Length];
        for (var i = 0; i < added.Length; i++)
        {
            added[i] = known.Length + i;
        }

        added.AsSpan().Sort(CompareRows);
        var merged = new int[count];
        int left = 0, right = 0;
        for (var i = 0; i < count; i++)
        {
            var takeLeft = right == added.Length
                || (left < known.Length && CompareRows(known[left], added[right]) < 0);
            merged[i] = takeLeft ? known[left++] : added[right++];
        }

        return merged;
    }
}
