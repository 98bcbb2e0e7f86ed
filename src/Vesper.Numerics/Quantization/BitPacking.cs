using System.Diagnostics;

namespace Vesper.Numerics.Quantization;

/// <summary>Numbers of 0 … 8 bits one after another, from the lowest bit of the first byte on.</summary>
internal static class BitPacking
{
    /// <summary>Writes eight numbers of as many bits as there are bytes.</summary>
    public static void SetEight(Span<byte> bytes, ReadOnlySpan<byte> numbers)
    {
        int bits = bytes.Length;
        Debug.Assert(bits is >= 1 and <= 8 && numbers.Length == 8);
        ulong packed = 0;
        for (int i = numbers.Length - 1; i >= 0; i--)
        {
            Debug.Assert(numbers[i] >> bits == 0);
            packed = packed << bits | numbers[i];
        }

        for (int i = 0; i < bytes.Length; i++, packed >>= 8)
        {
            bytes[i] = (byte)packed;
        }
    }

    /// <summary>Takes a number out.</summary>
    public static int Get(ReadOnlySpan<byte> bytes, int index, int bits)
    {
        Debug.Assert(bits is >= 0 and <= 8);
        if (bits == 0)
        {
            return 0;
        }

        int bit = index * bits;
        int found = bytes[bit / 8];
        if (bit % 8 + bits > 8)
        {
            found |= bytes[bit / 8 + 1] << 8;
        }

        return found >> (bit % 8) & ((1 << bits) - 1);
    }
}
