using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vesper.Numerics.Selection;

/// <summary>How a container keeps its members.</summary>
internal enum RoaringContainerKind : byte
{
    /// <summary>Ascending values; at most <see cref="RoaringContainer.ArrayCountMax"/>.</summary>
    Array,

    /// <summary>
    /// One bit for each of 2^16 values; more than <see cref="RoaringContainer.ArrayCountMax"/> members.
    /// </summary>
    Bitmap,

    /// <summary>Ascending pairs (first value, length − 1).</summary>
    Run,
}

/// <summary>The members of one 2^16 range, by their low 16 bits. Immutable.</summary>
/// <param name="Kind">How <paramref name="Data"/> is meant.</param>
/// <param name="Count">Members, 1 … 65,536.</param>
/// <param name="Data">Values, words of the bitmap, or pairs: the serialized form but for a run's leading count.</param>
internal readonly record struct RoaringContainer(RoaringContainerKind Kind, int Count, ushort[] Data)
{
    /// <summary>Values a container can hold.</summary>
    public const int Range = 1 << 16;

    /// <summary>With more members an array would be larger than a bitmap; the format fixes the border.</summary>
    public const int ArrayCountMax = 4096;

    /// <summary>16-bit words of a bitmap.</summary>
    public const int BitmapWords = Range / 16;

    /// <summary>Bytes of the serialized container.</summary>
    public int SerializedBytes =>
        Data.Length * sizeof(ushort) + (Kind == RoaringContainerKind.Run ? sizeof(ushort) : 0);

    /// <summary>The largest member.</summary>
    public int Last
    {
        get
        {
            switch (Kind)
            {
                case RoaringContainerKind.Array:
                    return Data[^1];
                case RoaringContainerKind.Run:
                    return Data[^2] + Data[^1];
                default:
                    int word = Data.AsSpan().LastIndexOfAnyExcept((ushort)0);
                    return word * 16 + BitOperations.Log2(Data[word]);
            }
        }
    }

    /// <summary>From ascending values with the same high bits: the smallest of the three forms.</summary>
    public static RoaringContainer FromSorted(ReadOnlySpan<int> values)
    {
        Debug.Assert(values.Length is > 0 and <= Range);
        int runs = 1;
        for (int i = 1; i < values.Length; i++)
        {
            runs += values[i] == values[i - 1] + 1 ? 0 : 1;
        }

        int plainWords = Math.Min(values.Length, BitmapWords);
        if (1 + 2 * runs < plainWords)
        {
            return new RoaringContainer(RoaringContainerKind.Run, values.Length, Runs(values, runs));
        }

        return values.Length <= ArrayCountMax
            ? new RoaringContainer(RoaringContainerKind.Array, values.Length, Low(values))
            : new RoaringContainer(RoaringContainerKind.Bitmap, values.Length, Bits(values));
    }

    /// <summary>Whether the value is in.</summary>
    public bool Contains(ushort value)
    {
        switch (Kind)
        {
            case RoaringContainerKind.Array:
                return Data.AsSpan().BinarySearch(value) >= 0;
            case RoaringContainerKind.Bitmap:
                return (Data[value >> 4] >> (value & 15) & 1) != 0;
            default:
                int run = LastRunFrom(value);
                return run >= 0 && value - Data[2 * run] <= Data[2 * run + 1];
        }
    }

    /// <summary>Copies the members in ascending order, each plus <paramref name="high"/>.</summary>
    public void CopyTo(Span<int> target, int high)
    {
        int written = 0;
        switch (Kind)
        {
            case RoaringContainerKind.Array:
                foreach (ushort value in Data)
                {
                    target[written++] = high + value;
                }

                break;
            case RoaringContainerKind.Run:
                for (int i = 0; i < Data.Length; i += 2)
                {
                    for (int value = Data[i]; value <= Data[i] + Data[i + 1]; value++)
                    {
                        target[written++] = high + value;
                    }
                }

                break;
            default:
                written = CopyBits(target, high);
                break;
        }

        Debug.Assert(written == Count);
    }

    /// <summary>Adds the members, each plus <paramref name="high"/>, to a dense set that is long enough.</summary>
    public void OrInto(BitSet target, int high)
    {
        switch (Kind)
        {
            case RoaringContainerKind.Array:
                foreach (ushort value in Data)
                {
                    target.Add(high + value);
                }

                break;
            case RoaringContainerKind.Run:
                for (int i = 0; i < Data.Length; i += 2)
                {
                    target.AddRange(high + Data[i], high + Data[i] + Data[i + 1] + 1);
                }

                break;
            default:
                ReadOnlySpan<ulong> words = MemoryMarshal.Cast<ushort, ulong>(Data);
                for (int i = 0; i < words.Length; i++)
                {
                    target.OrWord(high + i * 64, words[i]);
                }

                break;
        }
    }

    private int CopyBits(Span<int> target, int high)
    {
        int written = 0;
        for (int i = 0; i < Data.Length; i++)
        {
            for (int word = Data[i]; word != 0; word &= word - 1)
            {
                target[written++] = high + i * 16 + BitOperations.TrailingZeroCount(word);
            }
        }

        return written;
    }

    /// <summary>The last run that starts at or before the value, or −1.</summary>
    private int LastRunFrom(ushort value)
    {
        int low = 0;
        int high = Data.Length / 2;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Data[2 * middle] <= value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private static ushort[] Low(ReadOnlySpan<int> values)
    {
        var low = new ushort[values.Length];
        for (int i = 0; i < low.Length; i++)
        {
            low[i] = (ushort)values[i];
        }

        return low;
    }

    private static ushort[] Bits(ReadOnlySpan<int> values)
    {
        var bits = new ushort[BitmapWords];
        foreach (int value in values)
        {
            bits[(ushort)value >> 4] |= (ushort)(1 << (value & 15));
        }

        return bits;
    }

    private static ushort[] Runs(ReadOnlySpan<int> values, int runs)
    {
        var pairs = new ushort[2 * runs];
        int at = 0;
        pairs[0] = (ushort)values[0];
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] == values[i - 1] + 1)
            {
                pairs[at + 1]++;
                continue;
            }

            at += 2;
            pairs[at] = (ushort)values[i];
        }

        Debug.Assert(at == pairs.Length - 2);
        return pairs;
    }
}
