using System.Numerics;
using System.Runtime.InteropServices;

namespace Vesper.Storage.Formats;

/// <summary>CRC-32C (Castagnoli), standard form: of "123456789" it is 0xE3069283.</summary>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a checksum over more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint state = ~crc;
        if (BitConverter.IsLittleEndian)
        {
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
            foreach (ulong word in words)
            {
                state = BitOperations.Crc32C(state, word);
            }

            bytes = bytes[(words.Length * sizeof(ulong))..];
        }

        foreach (byte last in bytes)
        {
            state = BitOperations.Crc32C(state, last);
        }

        return ~state;
    }
}
