using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>Layout and writer of a payload index section (docs/formats/segment-payload.md).</summary>
internal static class PayloadIndexFormat
{
    /// <summary>Type, number of entries, bytes of each row set and of the texts.</summary>
    public const int HeaderBytes = 64;

    /// <summary>The row sets of <see cref="IndexedRows"/>, in the order of their numbers.</summary>
    public const int RowSets = 5;

    /// <summary>Where the number of entries stands.</summary>
    public const int EntriesOffset = 8;

    /// <summary>Where the lengths of the row sets begin.</summary>
    public const int RowSetLengthsOffset = 16;

    /// <summary>Where the bytes of all texts stand.</summary>
    public const int TextBytesOffset = 56;

    /// <summary>Most distinct values, or keys, of an index: their table stays below 2 GiB.</summary>
    public const int EntriesMax = (int.MaxValue / sizeof(long)) - 1;

    /// <summary>What a mutable index has collected.</summary>
    public readonly record struct Content(
        PayloadIndexType Type,
        AppendList<int>[] Rows,
        ConcurrentDictionary<byte[], AppendList<int>> Texts,
        AppendList<IndexedKey> Keys);

    /// <summary>The next multiple of 8.</summary>
    public static long Align(long bytes) => (bytes + 7) & ~7L;

    public static void Write(SectionFileWriter file, SectionKey key, in Content content)
    {
        file.Begin(key);
        var rowSets = Array.ConvertAll(content.Rows, rows => Serialize(rows.Span));
        if (content.Type == PayloadIndexType.Keyword)
        {
            WriteTexts(file, content, rowSets);
        }
        else
        {
            WriteKeys(file, content, rowSets);
        }

        file.End();
    }

    private static void WriteTexts(SectionFileWriter file, in Content content, byte[][] rowSets)
    {
        var texts = content.Texts.ToArray();
        Array.Sort(texts, static (x, y) => Utf8Comparer.Instance.Compare(x.Key, y.Key));
        var textBytes = texts.Sum(static text => (long)text.Key.Length);
        WriteHead(file, content.Type, texts.Length, (rowSets, textBytes));
        var end = 0L;
        foreach (var (text, _) in texts)
        {
            end += text.Length;
            WriteInt64(file, end);
        }

        // Postings are serialized twice rather than all kept at once.
        end = 0;
        foreach (var (_, rows) in texts)
        {
            end += RoaringBitmap.FromSorted(rows.Span).SerializedBytes;
            WriteInt64(file, end);
        }

        foreach (var (text, _) in texts)
        {
            file.Write(text);
        }

        WritePadding(file, textBytes);
        foreach (var (_, rows) in texts)
        {
            file.Write(Serialize(rows.Span));
        }
    }

    private static void WriteKeys(SectionFileWriter file, in Content content, byte[][] rowSets)
    {
        var keys = content.Keys.Span.ToArray();
        Array.Sort(keys);
        var distinct = 0;
        foreach (var entry in keys)
        {
            if (distinct == 0 || keys[distinct - 1] != entry)
            {
                keys[distinct++] = entry;
            }
        }

        WriteHead(file, content.Type, distinct, (rowSets, 0));
        foreach (ref readonly var entry in keys.AsSpan(0, distinct))
        {
            WriteInt64(file, entry.Key);
        }

        Span<byte> row = stackalloc byte[sizeof(int)];
        foreach (ref readonly var entry in keys.AsSpan(0, distinct))
        {
            BinaryPrimitives.WriteInt32LittleEndian(row, entry.Row);
            file.Write(row);
        }
    }

    private static void WriteHead(
        SectionFileWriter file, PayloadIndexType type, int entries, (byte[][] RowSets, long TextBytes) parts)
    {
        LimitExceededException.ThrowIfAbove("payload index", entries, EntriesMax, "values");
        Debug.Assert(parts.RowSets.Length == RowSets, "every index has all row sets");
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        header[0] = (byte)type;
        BinaryPrimitives.WriteInt64LittleEndian(header[EntriesOffset..], entries);
        var at = RowSetLengthsOffset;
        foreach (var rows in parts.RowSets)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header[at..], rows.Length);
            at += sizeof(long);
        }

        BinaryPrimitives.WriteInt64LittleEndian(header[TextBytesOffset..], parts.TextBytes);
        file.Write(header);
        foreach (var rows in parts.RowSets)
        {
            file.Write(rows);
            WritePadding(file, rows.Length);
        }
    }

    // An empty set takes no bytes.
    private static byte[] Serialize(ReadOnlySpan<int> rows)
    {
        if (rows.IsEmpty)
        {
            return [];
        }

        var bitmap = RoaringBitmap.FromSorted(rows);
        var bytes = new byte[bitmap.SerializedBytes];
        var written = bitmap.WriteTo(bytes);
        Debug.Assert(written == bytes.Length, "the bitmap says how long it is");
        return bytes;
    }

    private static void WriteInt64(SectionFileWriter file, long value)
    {
        if (!BitConverter.IsLittleEndian)
        {
            value = BinaryPrimitives.ReverseEndianness(value);
        }

        file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value)));
    }

    private static void WritePadding(SectionFileWriter file, long length) =>
        file.Write("\0\0\0\0\0\0\0"u8[..(int)(Align(length) - length)]);
}
