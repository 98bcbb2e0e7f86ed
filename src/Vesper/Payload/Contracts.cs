using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>The ids of a segment's rows. Of rows with the same id, the one with the higher ordinal is newer.</summary>
/// <remarks>Readers are thread-safe, also beside the one writer of the mutable column. Comparing two ordinals orders by id.</remarks>
internal interface IIdColumn : IComparer<Ordinal>
{
    int Count { get; }

    PointId this[Ordinal row] { get; }

    /// <summary>The newest row of the id.</summary>
    bool TryFind(PointId id, out Ordinal newest);

    /// <summary>The next older row of the same id in this segment.</summary>
    bool TryPrevious(Ordinal row, out Ordinal previous);

    /// <summary>The ordinals below <paramref name="count"/>, sorted by (id, ordinal).</summary>
    ReadOnlySpan<int> Sorted(int count);
}

/// <summary>Ids of the active segment.</summary>
internal sealed class IdColumnWriter : IIdColumn
{
    public int Count => throw new NotImplementedException();

    public PointId this[Ordinal row] => throw new NotImplementedException();

    /// <summary>Appends (one writer) and returns the row's ordinal.</summary>
    public Ordinal Append(PointId id) => throw new NotImplementedException();

    public bool TryFind(PointId id, out Ordinal newest) => throw new NotImplementedException();

    public bool TryPrevious(Ordinal row, out Ordinal previous) => throw new NotImplementedException();

    public ReadOnlySpan<int> Sorted(int count) => throw new NotImplementedException();

    public int Compare(Ordinal x, Ordinal y) => throw new NotImplementedException();
}

/// <summary>Ids of a sealed segment, read from its sections (docs/formats/segment.md).</summary>
internal sealed class IdColumnReader : IIdColumn, IDisposable
{
    /// <summary>Writes the ids and their order as sections of the file.</summary>
    public static void Write(SectionFileWriter file, IReadOnlyList<PointId> ids) => throw new NotImplementedException();

    /// <summary>Opens them; cheap, loads at first use. Content is validated before any unchecked use.</summary>
    public static IdColumnReader Open(SectionFileReader file, int count, MemoryScope scope) => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public PointId this[Ordinal row] => throw new NotImplementedException();

    public bool TryFind(PointId id, out Ordinal newest) => throw new NotImplementedException();

    public bool TryPrevious(Ordinal row, out Ordinal previous) => throw new NotImplementedException();

    public ReadOnlySpan<int> Sorted(int count) => throw new NotImplementedException();

    public int Compare(Ordinal x, Ordinal y) => throw new NotImplementedException();

    /// <summary>Loads and checks everything (order, kinds, lengths); a problem is a <see cref="CorruptDataException"/>.</summary>
    public void Verify() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>The payload texts of a segment's rows.</summary>
internal interface IPayloadColumn
{
    int Count { get; }

    /// <summary>The row's JSON text; valid while the segment is leased.</summary>
    ReadOnlySpan<byte> this[Ordinal row] { get; }
}

/// <summary>Payloads of the active segment: appended to native blocks that never move.</summary>
internal sealed class PayloadColumnWriter(MemoryScope scope) : IPayloadColumn, IDisposable
{
    public int Count => throw new NotImplementedException();

    public long Bytes => throw new NotImplementedException();

    public ReadOnlySpan<byte> this[Ordinal row] => throw new NotImplementedException();

    public Ordinal Append(ReadOnlySpan<byte> utf8) => throw new NotImplementedException(scope.Name);

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Writes the payload sections of a sealed segment, row by row.</summary>
internal sealed class PayloadColumnBuilder(SectionFileWriter file) : IDisposable
{
    public void Append(ReadOnlySpan<byte> utf8) => throw new NotImplementedException(file.ToString());

    /// <summary>Ends the sections.</summary>
    public void Finish() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Payloads of a sealed segment: offsets and texts, loaded by block.</summary>
internal sealed class PayloadColumnReader : IPayloadColumn, IDisposable
{
    public static PayloadColumnReader Open(SectionFileReader file, int count, MemoryScope scope) => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public ReadOnlySpan<byte> this[Ordinal row] => throw new NotImplementedException();

    public void Verify() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>An index over one payload path of one segment.</summary>
internal interface IPayloadIndex
{
    PayloadIndexType Type { get; }
}

/// <summary>The index of a path in the active segment: one writer adds rows while others evaluate those below the row count they know.</summary>
internal sealed class PayloadIndexWriter(string path, PayloadIndexType type) : IPayloadIndex
{
    public PayloadIndexType Type => type;

    /// <summary>Adds the values at the path. Rows come in ascending order.</summary>
    public void Add(Ordinal row, ReadOnlySpan<byte> payload) => throw new NotImplementedException(path);

    /// <summary>Writes the sealed form as one section. Also how a sealed segment's index is built: fill a writer, then write it.</summary>
    public void Write(SectionFileWriter file, SectionKey key) => throw new NotImplementedException();
}

/// <summary>The index of a path in a sealed segment.</summary>
internal sealed class PayloadIndexReader : IPayloadIndex, IDisposable
{
    public static PayloadIndexReader Open(SectionFileReader file, SectionKey key, PayloadIndexType type, int rows, MemoryScope scope) =>
        throw new NotImplementedException();

    public PayloadIndexType Type => throw new NotImplementedException();

    public void Verify() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>What a filter is evaluated against: one segment's payload as one reader sees it.</summary>
internal interface IPayloadView
{
    /// <summary>Rows; results are bit sets of this length. Some rows may be dead: the caller removes them.</summary>
    int Count { get; }

    /// <summary>The row's current JSON text.</summary>
    ReadOnlySpan<byte> PayloadOf(Ordinal row);

    /// <summary>The index of a path, or null when this segment has none.</summary>
    IPayloadIndex? IndexOf(string path);

    /// <summary>Rows whose payload was changed after they were indexed: every index must be ignored for them. Null for none.</summary>
    BitSet? Overlaid { get; }

    /// <summary>All rows of an id, dead ones included, appended to the set.</summary>
    void AddRowsOf(PointId id, BitSet into);
}
