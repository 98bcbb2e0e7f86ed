using System.Runtime.InteropServices;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>Distinct strings in UTF-8 order and a bitmap of rows for each, of a sealed index.</summary>
/// <remarks>A bitmap is read and checked when its string is first looked up, and kept.</remarks>
internal sealed class TextPostings
{
    private readonly LazySection _section;
    private readonly NativeBuffer<byte> _bytes;
    private readonly Layout _layout;
    private readonly RoaringBitmap?[] _read;

    private TextPostings(LazySection section, Layout layout)
    {
        _section = section;
        _bytes = section.LoadAll();
        _layout = layout;
        _read = new RoaringBitmap?[layout.Count];
    }

    private ReadOnlySpan<long> TextEnds =>
        MemoryMarshal.Cast<byte, long>(_bytes.Slice(_layout.Start, _layout.Count * sizeof(long)));

    private ReadOnlySpan<long> PostingEnds =>
        MemoryMarshal.Cast<byte, long>(_bytes.Slice(_layout.PostingEnds, _layout.Count * sizeof(long)));

    /// <summary>Checks lengths, offsets and the order of the strings.</summary>
    public static TextPostings Load(LazySection section, Layout layout)
    {
        var postingBytes = section.Length - layout.Postings;
        if (layout.TextBytes < 0 || layout.TextBytes > section.Length || postingBytes < 0)
        {
            throw section.Corrupt(
                layout.Start,
                $"tables of {layout.Count} strings, {layout.TextBytes} bytes",
                $"{section.Length - layout.Start} bytes");
        }

        var table = new TextPostings(section, layout);
        CheckEnds(section, layout.Start, table.TextEnds, (0, layout.TextBytes));
        CheckEnds(section, layout.PostingEnds, table.PostingEnds, (1, postingBytes));
        for (var i = 0; i < layout.Count; i++)
        {
            if (!System.Text.Unicode.Utf8.IsValid(table.Text(i))
                || (i > 0 && table.Text(i - 1).SequenceCompareTo(table.Text(i)) >= 0))
            {
                throw section.Corrupt(
                    layout.Start + (i * (long)sizeof(long)), "distinct strings in UTF-8 order", $"string {i}");
            }
        }

        return table;
    }

    /// <summary>Adds the rows of one string.</summary>
    public void AddEqual(ReadOnlySpan<byte> text, BitSet into)
    {
        int low = 0, high = _layout.Count - 1;
        while (low <= high)
        {
            var middle = (int)(((uint)low + (uint)high) >> 1);
            var order = Text(middle).SequenceCompareTo(text);
            if (order == 0)
            {
                Rows(middle).OrInto(into);
                return;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
    }

    /// <summary>Adds the rows of all other strings.</summary>
    public void AddExcept(HashSet<byte[]> excluded, BitSet into)
    {
        var lookup = excluded.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var i = 0; i < _layout.Count; i++)
        {
            if (!lookup.Contains(Text(i)))
            {
                Rows(i).OrInto(into);
            }
        }
    }

    public void Verify(Func<int, bool> isFilled)
    {
        for (var i = 0; i < _layout.Count; i++)
        {
            var rows = new int[Rows(i).Count];
            Rows(i).CopyTo(rows);
            if (!Array.TrueForAll(rows, row => isFilled(row)))
            {
                throw _section.Corrupt(_layout.Postings, $"the rows of string {i} among the filled rows", "others");
            }
        }
    }

    private static void CheckEnds(
        LazySection section, long start, ReadOnlySpan<long> ends, (int Shortest, long Total) expected)
    {
        var before = 0L;
        for (var i = 0; i < ends.Length; i++)
        {
            if (ends[i] < before + expected.Shortest || ends[i] - before > int.MaxValue || ends[i] > expected.Total)
            {
                throw section.Corrupt(
                    start + (i * (long)sizeof(long)), "ascending ends inside the section", $"{ends[i]} after {before}");
            }

            before = ends[i];
        }

        if (before != expected.Total)
        {
            throw section.Corrupt(start, $"{expected.Total} bytes", $"{before}");
        }
    }

    private ReadOnlySpan<byte> Text(int index)
    {
        var ends = TextEnds;
        var start = index == 0 ? 0 : ends[index - 1];
        return _bytes.Slice(_layout.Texts + start, (int)(ends[index] - start));
    }

    private RoaringBitmap Rows(int index)
    {
        var known = Volatile.Read(ref _read[index]);
        if (known is null)
        {
            var ends = PostingEnds;
            var start = index == 0 ? 0 : ends[index - 1];
            known = PayloadIndexTable.ReadBitmap(
                _section, _layout.Postings + start, (int)(ends[index] - start), _layout.Rows);
            Volatile.Write(ref _read[index], known);
        }

        return known;
    }

    /// <summary>Where the parts stand in the section: text ends, posting ends, texts, postings.</summary>
    public readonly record struct Layout(long Start, int Count, long TextBytes, int Rows)
    {
        public long PostingEnds => Start + (Count * (long)sizeof(long));

        public long Texts => PostingEnds + (Count * (long)sizeof(long));

        public long Postings => Texts + PayloadIndexFormat.Align(TextBytes);
    }
}
