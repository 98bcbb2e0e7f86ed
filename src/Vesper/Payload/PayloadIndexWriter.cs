using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>
/// The index of a path in the active segment: one writer adds rows while others evaluate those below the row count they
/// know.
/// </summary>
/// <remarks>
/// Postings are append-only lists of ascending rows, so a reader's row count cuts each of them. Keys are kept in row
/// order and
/// scanned: the active segment is small, and is sealed before that hurts.
/// </remarks>
internal sealed class PayloadIndexWriter(string path, PayloadIndexType type) : IPayloadIndex
{
    private readonly byte[][] _path = PayloadWalker.KeysOf(path);
    private readonly AppendList<int>[] _rows = [new(), new(), new(), new(), new()];
    private readonly ConcurrentDictionary<byte[], AppendList<int>> _texts = new(Utf8Comparer.Instance);
    private readonly AppendList<IndexedKey> _keys = new();

    public PayloadIndexType Type => type;

    /// <summary>Adds the values at the path. Rows come in ascending order.</summary>
    public void Add(Ordinal row, ReadOnlySpan<byte> payload)
    {
        var filler = new Filler(this, row.Value);
        PayloadWalker.Walk(payload, _path, ref filler);
    }

    /// <summary>
    /// Writes the sealed form as one section. Also how a sealed segment's index is built: fill a writer, then write it.
    /// </summary>
    public void Write(SectionFileWriter file, SectionKey key) =>
        PayloadIndexFormat.Write(file, key, new PayloadIndexFormat.Content(type, _rows, _texts, _keys));

    public void AddRows(IndexedRows rows, BitSet into) => AddBelow(_rows[(int)rows], into);

    public void AddText(ReadOnlySpan<byte> utf8, BitSet into)
    {
        if (_texts.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out var rows))
        {
            AddBelow(rows, into);
        }
    }

    public void AddTextExcept(HashSet<byte[]> excluded, BitSet into)
    {
        foreach (var (text, rows) in _texts)
        {
            if (!excluded.Contains(text))
            {
                AddBelow(rows, into);
            }
        }
    }

    public void AddKeys(ReadOnlySpan<KeyRange> ranges, BitSet into)
    {
        foreach (ref readonly var entry in _keys.Span)
        {
            if (entry.Row >= into.Length)
            {
                break;
            }

            if (IsInOne(ranges, entry.Key))
            {
                into.Add(entry.Row);
            }
        }
    }

    private static bool IsInOne(ReadOnlySpan<KeyRange> ranges, long key)
    {
        while (ranges.Length > 1)
        {
            var middle = ranges.Length / 2;
            ranges = key < ranges[middle].Low ? ranges[..middle] : ranges[middle..];
        }

        return ranges.Length == 1 && key >= ranges[0].Low && key <= ranges[0].High;
    }

    private static void AddBelow(AppendList<int> rows, BitSet into)
    {
        foreach (var row in rows.Span)
        {
            if (row >= into.Length)
            {
                break;
            }

            into.Add(row);
        }
    }

    // A row can come more than once, with each of its values.
    private static void AddOnce(AppendList<int> rows, int row)
    {
        if (rows.Count == 0 || rows.Last != row)
        {
            Debug.Assert(rows.Count == 0 || rows.Last < row, "rows come in ascending order");
            rows.Add(row);
        }
    }

    private bool TryHold(ref Utf8JsonReader value, int row)
    {
        var token = value.TokenType;
        switch (type)
        {
            case PayloadIndexType.Keyword when token == JsonTokenType.String:
                AddOnce(PostingsOf(PayloadWalker.TextOf(ref value)), row);
                return true;
            case PayloadIndexType.Integer or PayloadIndexType.Float when token == JsonTokenType.Number:
                return IndexKeys.TryKey(type, NumericValue.Read(ref value), out var number) && AddKey(number, row);
            case PayloadIndexType.Bool when token is JsonTokenType.True or JsonTokenType.False:
                AddOnce(_rows[(int)(token == JsonTokenType.True ? IndexedRows.True : IndexedRows.False)], row);
                return true;
            case PayloadIndexType.DateTime when token == JsonTokenType.String:
                return Rfc3339.TryParse(PayloadWalker.TextOf(ref value), out var ticks) && AddKey(ticks, row);
            default:
                return false;
        }
    }

    private bool AddKey(long key, int row)
    {
        _keys.Add(new IndexedKey(key, row));
        return true;
    }

    private AppendList<int> PostingsOf(ReadOnlySpan<byte> text)
    {
        var lookup = _texts.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(text, out var rows))
        {
            rows = new AppendList<int>();
            lookup[text] = rows;
        }

        return rows;
    }

    private readonly struct Filler(PayloadIndexWriter index, int row) : IPayloadVisitor
    {
        public bool Visit(ref Utf8JsonReader value, bool isElement)
        {
            if (value.TokenType == JsonTokenType.Null)
            {
                AddOnce(index._rows[(int)IndexedRows.Null], row);
                if (isElement)
                {
                    AddOnce(index._rows[(int)IndexedRows.Filled], row);
                }

                return false;
            }

            AddOnce(index._rows[(int)IndexedRows.Filled], row);
            if (!index.TryHold(ref value, row))
            {
                AddOnce(index._rows[(int)IndexedRows.Other], row);
            }

            return false;
        }
    }
}
