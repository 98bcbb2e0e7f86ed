using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>
/// The loaded and checked content of a sealed id column: entries in row order, their text, and their sorted order.
/// </summary>
/// <remarks>Immutable. The bytes belong to the sections; every index and length in them was checked when they were
/// loaded.</remarks>
internal sealed class IdTable
{
    private readonly NativeBuffer<byte> _entries;
    private readonly NativeBuffer<byte> _order;
    private readonly NativeBuffer<byte> _text;
    private readonly int _count;

    private IdTable(NativeBuffer<byte> entries, NativeBuffer<byte> order, NativeBuffer<byte> text, int count)
    {
        _entries = entries;
        _order = order;
        _text = text;
        _count = count;
    }

    /// <summary>All rows, sorted by (id, ordinal).</summary>
    public ReadOnlySpan<int> Order => MemoryMarshal.Cast<byte, int>(_order.Slice(0, checked(_count * sizeof(int))));

    /// <summary>Loads the sections, whose lengths fit the row count, and checks their content.</summary>
    public static IdTable Load(LazySection entries, LazySection order, LazySection text)
    {
        var count = checked((int)(entries.Length / IdEntry.Bytes));
        Debug.Assert(order.Length == count * (long)sizeof(int), "lengths were checked at open");
        var table = new IdTable(entries.LoadAll(), order.LoadAll(), text.LoadAll(), count);
        table.CheckEntries(entries, text.Length);
        table.CheckOrder(order);
        return table;
    }

    public ref readonly IdEntry Entry(int row) =>
        ref MemoryMarshal.AsRef<IdEntry>(_entries.Slice(row * (long)IdEntry.Bytes, IdEntry.Bytes));

    public ReadOnlySpan<byte> TextOf(in IdEntry entry) =>
        entry.Kind == PointIdKind.Text ? _text.Slice((long)entry.Low, entry.TextLength) : default;

    /// <summary>Position after the last of the sorted rows whose id is at most this one.</summary>
    public int UpperBound(in IdEntry id, ReadOnlySpan<byte> text)
    {
        var order = Order;
        int low = 0, high = order.Length;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) >> 1);
            ref readonly var entry = ref Entry(order[middle]);
            if (Compare(entry, TextOf(entry), id, text) <= 0)
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

    /// <summary>Position of a row among the sorted rows.</summary>
    public int PositionOf(int row)
    {
        var order = Order;
        int low = 0, high = order.Length - 1;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) >> 1);
            if (CompareRows(order[middle], row) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        Debug.Assert(order[low] == row, "the order holds every row");
        return low;
    }

    /// <summary>Orders two rows by id alone.</summary>
    public int CompareIds(int x, int y)
    {
        ref readonly var left = ref Entry(x);
        ref readonly var right = ref Entry(y);
        return Compare(left, TextOf(left), right, TextOf(right));
    }

    /// <summary>Orders two rows by (id, ordinal).</summary>
    public int CompareRows(int x, int y)
    {
        var order = CompareIds(x, y);
        return order != 0 ? order : x.CompareTo(y);
    }

    /// <summary>Numbers, then UUIDs, then strings by UTF-8 bytes.</summary>
    public static int Compare(in IdEntry x, ReadOnlySpan<byte> xText, in IdEntry y, ReadOnlySpan<byte> yText)
    {
        if (x.Kind != y.Kind)
        {
            return x.Kind.CompareTo(y.Kind);
        }

        if (x.High != y.High)
        {
            return x.High.CompareTo(y.High);
        }

        return x.Kind == PointIdKind.Text ? xText.SequenceCompareTo(yText) : x.Low.CompareTo(y.Low);
    }

    private void CheckEntries(LazySection section, long textLength)
    {
        for (var row = 0; row < _count; row++)
        {
            ref readonly var entry = ref Entry(row);
            var problem = entry.Kind switch
            {
                PointIdKind.Number when entry.Head >> 8 == 0 && entry.High == 0 => null,
                PointIdKind.Uuid when entry.Head >> 8 == 0 => null,
                PointIdKind.Text => TextProblem(entry, textLength),
                _ => $"kind {(byte)entry.Head} with {entry.Head >> 8:x} and {entry.High:x} beside it",
            };
            if (problem is not null)
            {
                throw section.Corrupt(row * (long)IdEntry.Bytes, $"the id of row {row}", problem);
            }
        }
    }

    private string? TextProblem(in IdEntry entry, long textLength)
    {
        var length = (uint)entry.TextLength;
        if ((uint)entry.Head >> 8 != 0 || length is 0 or > PointId.MaxTextBytes)
        {
            return $"a string id of {length} bytes";
        }

        if (entry.Low > (ulong)textLength || length > (ulong)textLength - entry.Low)
        {
            return $"text at {entry.Low}, {length} bytes, of {textLength}";
        }

        var text = TextOf(entry);
        if (!System.Text.Unicode.Utf8.IsValid(text) || IdEntry.Prefix(text) != entry.High)
        {
            return "text that is not valid or does not fit its prefix";
        }

        return length == 36 && new PointId(Encoding.UTF8.GetString(text)).Kind != PointIdKind.Text
            ? "a UUID stored as text"
            : null;
    }

    private void CheckOrder(LazySection section)
    {
        var order = Order;
        for (var i = 0; i < order.Length; i++)
        {
            // Strictly ascending rows in range cannot repeat, so this is a permutation as well as sorted.
            var sorted = (uint)order[i] < (uint)_count && (i == 0 || CompareRows(order[i - 1], order[i]) < 0);
            if (!sorted)
            {
                throw section.Corrupt(i * (long)sizeof(int), "rows sorted by id", $"row {order[i]}");
            }
        }
    }
}
