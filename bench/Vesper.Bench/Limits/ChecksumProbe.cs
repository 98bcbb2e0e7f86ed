using System.Numerics;
using System.Runtime.InteropServices;

namespace Vesper.Bench.Limits;

/// <summary>
/// The rate of CRC-32C over bytes in the first cache: one stream, where each step waits for the one before, and three
/// streams side by side, the processor's ceiling.
/// </summary>
internal static class ChecksumProbe
{
    private const int Words = 24 * 1024 / sizeof(ulong);
    private const int WarmCalls = 400;
    private const int WarmMs = 150;

    /// <summary>Bytes a second of one stream.</summary>
    public static double OneStreamBytesPerSecond(bool quick) => Measure(quick, OneStream);

    /// <summary>Bytes a second of three streams on one thread.</summary>
    public static double ThreeStreamsBytesPerSecond(bool quick) => Measure(quick, ThreeStreams);

    private static double Measure(bool quick, Func<ulong[], uint> checksum)
    {
        var words = new ulong[Words];
        new Random(1).NextBytes(MemoryMarshal.AsBytes(words.AsSpan()));
        var until = Environment.TickCount64 + WarmMs;
        for (var call = 0; call < WarmCalls || Environment.TickCount64 < until; call++)
        {
            checksum(words);
        }

        var calls = quick ? 4_000 : 20_000;
        var seconds = ThreadTeam.Fastest(1, quick ? 3 : 8, _ =>
        {
            ulong sum = 0;
            for (var call = 0; call < calls; call++)
            {
                sum += checksum(words);
            }

            return sum;
        });
        return (double)calls * Words * sizeof(ulong) / seconds;
    }

    private static uint OneStream(ulong[] words)
    {
        var state = uint.MaxValue;
        foreach (var word in words)
        {
            state = BitOperations.Crc32C(state, word);
        }

        return ~state;
    }

    private static uint ThreeStreams(ulong[] words)
    {
        uint state0 = 1, state1 = 2, state2 = 3;
        ReadOnlySpan<ulong> rest = words;
        for (; rest.Length >= 3; rest = rest[3..])
        {
            state0 = BitOperations.Crc32C(state0, rest[0]);
            state1 = BitOperations.Crc32C(state1, rest[1]);
            state2 = BitOperations.Crc32C(state2, rest[2]);
        }

        return state0 ^ state1 ^ state2;
    }
}
