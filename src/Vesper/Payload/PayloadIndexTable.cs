using System.Runtime.InteropServices;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>The loaded and checked content of a payload index section.</summary>
internal sealed class PayloadIndexTable
{
    private readonly LazySection _section;
    private readonly RoaringBitmap?[] _rowSets;

    private PayloadIndexTable(LazySection section, RoaringBitmap?[] rowSets)
    {
        _section = section;
        _rowSets = rowSets;
    }

    /// <summary>Strings and their rows; null unless a keyword index.</summary>
    public TextPostings? Postings { get; private init; }

    /// <summary>Keys and their rows; null for keyword and bool indexes.</summary>
    public SortedKeys? Keys { get; private init; }

    public static PayloadIndexTable Load(LazySection section, PayloadIndexType type, int rows)
    {
        section.LoadAll();
        var header = section.Slice(0, PayloadIndexFormat.HeaderBytes);
        if (header[0] != (byte)type || header[1..PayloadIndexFormat.EntriesOffset].ContainsAnyExcept((byte)0))
        {
            throw section.Corrupt(0, $"a payload index of type {(byte)type}", Convert.ToHexString(header[..8]));
        }

        var entries = MemoryMarshal.Read<long>(header[PayloadIndexFormat.EntriesOffset..]);
        var entriesMax = type == PayloadIndexType.Bool ? 0 : PayloadIndexFormat.EntriesMax;
        if (entries < 0 || entries > Math.Min(entriesMax, section.Length / sizeof(long)))
        {
            throw section.Corrupt(PayloadIndexFormat.EntriesOffset, "entries that fit the section", $"{entries}");
        }

        var at = (long)PayloadIndexFormat.HeaderBytes;
        var lengths = MemoryMarshal.Cast<byte, long>(header[PayloadIndexFormat.RowSetLengthsOffset..]);
        var rowSets = new RoaringBitmap?[PayloadIndexFormat.RowSets];
        for (var i = 0; i < rowSets.Length; i++)
        {
            rowSets[i] = ReadRowSet(section, ref at, lengths[i], rows);
        }

        var textBytes = lengths[PayloadIndexFormat.RowSets];
        var isText = type == PayloadIndexType.Keyword;
        if (!isText && (textBytes != 0 || section.Length - at != entries * (sizeof(long) + sizeof(int))))
        {
            throw section.Corrupt(at, $"{entries} keys with a row each", $"{section.Length - at} bytes");
        }

        return new PayloadIndexTable(section, rowSets)
        {
            Postings = isText
                ? TextPostings.Load(section, new TextPostings.Layout(at, (int)entries, textBytes, rows))
                : null,
            Keys = isText ? null : SortedKeys.Load(section, at, (int)entries, rows),
        };
    }

    public RoaringBitmap? Rows(IndexedRows rows) => _rowSets[(int)rows];

    /// <summary>Checks all postings, and that every row with a value is among the filled ones.</summary>
    public void Verify()
    {
        var filled = Rows(IndexedRows.Filled);
        Postings?.Verify(row => filled is not null && filled.Contains(row));
        Keys?.Verify(row => filled is not null && filled.Contains(row));
        foreach (var kind in new[] { IndexedRows.Other, IndexedRows.False, IndexedRows.True })
        {
            var rows = new int[Rows(kind)?.Count ?? 0];
            Rows(kind)?.CopyTo(rows);
            foreach (var row in rows)
            {
                if (filled is null || !filled.Contains(row))
                {
                    throw _section.Corrupt(
                        PayloadIndexFormat.HeaderBytes, $"row {row} among the filled rows", $"only in {kind}");
                }
            }
        }
    }

    private static RoaringBitmap? ReadRowSet(LazySection section, ref long at, long length, int rows)
    {
        var start = at;
        if (length < 0 || length > int.MaxValue || PayloadIndexFormat.Align(length) > section.Length - at)
        {
            throw section.Corrupt(start, "a row set inside the section", $"{length} bytes");
        }

        at += PayloadIndexFormat.Align(length);
        var padding = section.Slice(start + length, (int)(at - start - length));
        if (padding.ContainsAnyExcept((byte)0))
        {
            throw section.Corrupt(start + length, "zeros up to the next multiple of 8", Convert.ToHexString(padding));
        }

        return length == 0 ? null : ReadBitmap(section, start, (int)length, rows);
    }

    /// <summary>A bitmap that fills its bytes exactly, is not empty, and has no row above the segment's.</summary>
    public static RoaringBitmap ReadBitmap(LazySection section, long start, int length, int rows) =>
        RoaringBitmap.TryRead(section.Slice(start, length), rows, out var bitmap, out var read)
            && read == length && bitmap!.Count > 0
            ? bitmap
            : throw section.Corrupt(start, $"a bitmap of rows below {rows} in {length} bytes", "something else");
}
