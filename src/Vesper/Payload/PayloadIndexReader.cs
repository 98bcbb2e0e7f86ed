using System.Diagnostics;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>The index of a path in a sealed segment.</summary>
/// <remarks>Thread-safe. Loads and checks its tables at the first use, a value's postings when it is first looked
/// up.</remarks>
internal sealed class PayloadIndexReader : IPayloadIndex, IDisposable
{
    private readonly LazySection _section;
    private readonly int _rows;
    private readonly Lock _loading = new();
    private PayloadIndexTable? _loaded;

    private PayloadIndexReader(LazySection section, PayloadIndexType type, int rows)
    {
        _section = section;
        Type = type;
        _rows = rows;
    }

    public PayloadIndexType Type { get; }

    /// <summary>Opens the section of an index over so many rows; reads nothing yet.</summary>
    public static PayloadIndexReader Open(
        SectionFileReader file, SectionKey key, PayloadIndexType type, int rows, MemoryScope scope) =>
        new(file.Section(key, scope), type, rows);

    public void AddRows(IndexedRows rows, BitSet into)
    {
        CheckLength(into);
        Table().Rows(rows)?.OrInto(into);
    }

    public void AddText(ReadOnlySpan<byte> utf8, BitSet into)
    {
        CheckLength(into);
        Table().Postings?.AddEqual(utf8, into);
    }

    public void AddTextExcept(HashSet<byte[]> excluded, BitSet into)
    {
        CheckLength(into);
        Table().Postings?.AddExcept(excluded, into);
    }

    public void AddKeys(ReadOnlySpan<KeyRange> ranges, BitSet into)
    {
        CheckLength(into);
        var keys = Table().Keys;
        foreach (var range in ranges)
        {
            keys?.AddRange(range, into);
        }
    }

    /// <summary>Loads and checks everything; a problem is a <see cref="CorruptDataException"/>.</summary>
    public void Verify() => Table().Verify();

    public void Dispose() => _section.Dispose();

    private void CheckLength(BitSet into) =>
        Debug.Assert(into.Length >= _rows, "a sealed index is read with all of its rows");

    private PayloadIndexTable Table()
    {
        var loaded = Volatile.Read(ref _loaded);
        if (loaded is not null)
        {
            return loaded;
        }

        lock (_loading)
        {
            if (_loaded is null)
            {
                Volatile.Write(ref _loaded, PayloadIndexTable.Load(_section, Type, _rows));
            }

            return _loaded!;
        }
    }
}
