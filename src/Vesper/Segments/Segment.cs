using System.Diagnostics;
using Vesper.Indexing;
using Vesper.Payloads;

namespace Vesper.Segments;

/// <summary>
/// Rows of a collection: ids, payloads, one vector store and perhaps one index per field. Rows are only ever appended;
/// a row ends by its death LSN. Counted by reference, since readers of an older version may outlive its place in the
/// collection.
/// </summary>
/// <remarks>
/// A row's birth needs no LSN of its own: rows are appended in LSN order, so a version that knows its row count knows
/// them. The writer thread kills rows and overlays payloads; readers see those of their own LSN.
/// </remarks>
internal abstract class Segment(SegmentId id, SegmentSchema schema)
{
    private readonly LsnColumn _deaths = new();
    private int _dead;
    private int _references = 1;

    public SegmentId Id { get; } = id;

    public SegmentSchema Schema { get; } = schema;

    /// <summary>Rows stored, dead ones included.</summary>
    public abstract int Count { get; }

    public abstract IIdColumn Ids { get; }

    public abstract IPayloadColumn Payloads { get; }

    public abstract IVectorStore Vectors(int field);

    /// <summary>The search structure over a field, or null when it is scanned.</summary>
    public abstract IVectorIndex? Index(int field);

    /// <summary>Rows that the field's index holds, without loading it.</summary>
    public abstract int IndexedRows(int field);

    public abstract IPayloadIndex? PayloadIndex(string path);

    /// <summary>Payloads changed since their rows were stored.</summary>
    public PayloadOverlay Overlay { get; } = new();

    /// <summary>Rows dead by now, whatever a reader's LSN.</summary>
    public int DeadCount => Volatile.Read(ref _dead);

    /// <summary>Whether a stored row is alive at an LSN.</summary>
    public bool IsAlive(Ordinal row, Lsn at)
    {
        var death = _deaths[row.Value];
        return death == 0 || death > at.Value;
    }

    /// <summary>Ends a row's life (writer only).</summary>
    public void Kill(Ordinal row, Lsn at)
    {
        Debug.Assert(row.Value < Count, "only stored rows die");
        Debug.Assert(_deaths[row.Value] == 0, "a row dies once");
        _deaths.Set(row.Value, at.Value);
        Volatile.Write(ref _dead, _dead + 1);
    }

    /// <summary>Dead rows with their LSNs, ascending by row.</summary>
    public IEnumerable<(int Row, ulong Lsn)> Deaths() => _deaths.Entries(Count);

    /// <summary>The row of an id among the first <paramref name="rows"/> that is alive at an LSN.</summary>
    public bool TryFindAlive(PointId id, int rows, Lsn at, out Ordinal row)
    {
        for (var found = Ids.TryFind(id, out row); found; found = Ids.TryPrevious(row, out row))
        {
            if (row.Value < rows && IsAlive(row, at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The row's payload text at an LSN; valid while the segment is held.</summary>
    public ReadOnlySpan<byte> PayloadAt(Ordinal row, Lsn at) =>
        !Overlay.IsEmpty && Overlay.TryGet(row, at, out var changed) ? changed : Payloads[row];

    public void AddReference()
    {
        var references = Interlocked.Increment(ref _references);
        Debug.Assert(references > 1, "a released segment is not revived");
    }

    public void Release()
    {
        var references = Interlocked.Decrement(ref _references);
        Debug.Assert(references >= 0, "references are released once");
        if (references == 0)
        {
            Free();
        }
    }

    /// <summary>Frees native memory and closes files; called once, when no one holds the segment.</summary>
    protected abstract void Free();
}
