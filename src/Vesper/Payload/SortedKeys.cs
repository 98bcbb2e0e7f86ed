using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>Keys in ascending order and the row of each, of a sealed index; equal keys stand in row order.</summary>
internal sealed class SortedKeys
{
    private readonly LazySection _section;
    private readonly NativeBuffer<byte> _bytes;
    private readonly long _start;
    private readonly int _count;

    private SortedKeys(LazySection section, long start, int count)
    {
        _section = section;
        _bytes = section.LoadAll();
        _start = start;
        _count = count;
    }

    private ReadOnlySpan<long> Keys => MemoryMarshal.Cast<byte, long>(_bytes.Slice(_start, _count * sizeof(long)));

    private ReadOnlySpan<int> Rows => MemoryMarshal.Cast<byte, int>(
        _bytes.Slice(_start + (_count * (long)sizeof(long)), _count * sizeof(int)));

    /// <summary>
    /// Checks the order of keys and the range of rows; the section's length was checked to hold them.
    /// </summary>
    public static SortedKeys Load(LazySection section, long start, int count, int rowCount)
    {
        var table = new SortedKeys(section, start, count);
        var keys = table.Keys;
        var rows = table.Rows;
        Debug.Assert(keys.Length == rows.Length, "a row for each key");
        for (var i = 0; i < keys.Length; i++)
        {
            var ascending = i == 0 || keys[i - 1] < keys[i] || (keys[i - 1] == keys[i] && rows[i - 1] < rows[i]);
            if (!ascending || (uint)rows[i] >= (uint)rowCount)
            {
                throw section.Corrupt(
                    start + (i * (long)sizeof(long)), "keys with rows in ascending order", $"{keys[i]}, row {rows[i]}");
            }
        }

        return table;
    }

    /// <summary>Adds the rows with keys in the range.</summary>
    public void AddRange(KeyRange range, BitSet into)
    {
        if (range.Low > range.High)
        {
            return;
        }

        var start = LowerBound(range.Low);
        var end = range.High == long.MaxValue ? _count : LowerBound(range.High + 1);
        foreach (var row in Rows[start..end])
        {
            into.Add(row);
        }
    }

    public void Verify(Func<int, bool> isFilled)
    {
        foreach (var row in Rows)
        {
            if (!isFilled(row))
            {
                throw _section.Corrupt(_start, $"row {row} among the filled rows", "only a key");
            }
        }
    }

    private int LowerBound(long key)
    {
        var keys = Keys;
        int low = 0, high = keys.Length;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) >> 1);
            if (keys[middle] < key)
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
