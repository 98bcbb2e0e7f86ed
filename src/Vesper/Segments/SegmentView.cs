using Vesper.Payloads;

namespace Vesper.Segments;

/// <summary>One segment as one version shows it: its first rows, alive or dead at the version's LSN.</summary>
internal sealed class SegmentView(Segment segment, int rows, Lsn at) : IPayloadView, IOrdinalFilter
{
    public Segment Segment => segment;

    public int Count => rows;

    public Lsn At => at;

    /// <summary>Whether some row may be dead at this version.</summary>
    public bool HasDead => segment.DeadCount > 0;

    public int Estimate => Math.Max(0, rows - segment.DeadCount);

    public BitSet? Bitmap => null;

    public BitSet? Overlaid
    {
        get
        {
            if (segment.Overlay.IsEmpty)
            {
                return null;
            }

            var overlaid = new BitSet(rows);
            foreach (var row in segment.Overlay.Rows)
            {
                if (row.Value < rows)
                {
                    overlaid.Add(row.Value);
                }
            }

            return overlaid;
        }
    }

    /// <summary>Whether the row is alive here.</summary>
    public bool Contains(Ordinal row) => row.Value < rows && segment.IsAlive(row, at);

    public bool TryFind(PointId id, out Ordinal row) => segment.TryFindAlive(id, rows, at, out row);

    public ReadOnlySpan<byte> PayloadOf(Ordinal row) => segment.PayloadAt(row, at);

    public IPayloadIndex? IndexOf(string path) => segment.PayloadIndex(path);

    public void AddRowsOf(PointId id, BitSet into)
    {
        for (var found = segment.Ids.TryFind(id, out var row); found; found = segment.Ids.TryPrevious(row, out row))
        {
            if (row.Value < rows)
            {
                into.Add(row.Value);
            }
        }
    }

    /// <summary>Takes the rows that are dead here out of a set of this view's length.</summary>
    public void RemoveDead(BitSet set)
    {
        foreach (var (row, lsn) in segment.Deaths())
        {
            if (row < rows && lsn <= at.Value)
            {
                set.Remove(row);
            }
        }
    }

    /// <summary>The live rows in id order from an id on.</summary>
    public IEnumerable<Ordinal> InIdOrder(PointId? from)
    {
        var order = segment.Ids.Sorted(rows);
        for (var rank = from is { } id ? LowerBound(order, id) : 0; rank < order.Count; rank++)
        {
            if (Contains(order[rank]))
            {
                yield return order[rank];
            }
        }
    }

    private int LowerBound(IdOrder order, PointId id)
    {
        int low = 0, high = order.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (segment.Ids[order[middle]] < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
