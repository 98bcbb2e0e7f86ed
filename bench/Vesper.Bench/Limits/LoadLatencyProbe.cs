using Vesper.Numerics.Memory;

namespace Vesper.Bench.Limits;

/// <summary>
/// The time of one load from memory when its address is the result of the load before: a walk along one random cycle
/// over cache lines, through an array much larger than the last cache.
/// </summary>
internal static class LoadLatencyProbe
{
    private const int LineEntries = 64 / sizeof(int);
    private const int StepsPerCall = 4_096;

    /// <summary>Nanoseconds of a load; misses of the address translation are in it.</summary>
    public static double LoadNs(bool quick, int seed)
    {
        var lines = (quick ? 64 : 256) * 1024 * 1024 / 64;
        var calls = quick ? 50 : 400;
        using var chain = new NativeBuffer<int>((long)lines * LineEntries, new MemoryScope("load latency"));
        var whole = chain.Slice(0, lines * LineEntries);
        Link(whole, lines, new Random(seed));
        var at = 0;
        var seconds = ThreadTeam.Fastest(1, 3, _ =>
        {
            var entries = chain.Slice(0, lines * LineEntries);
            for (var call = 0; call < calls; call++)
            {
                at = Walk(entries, at);
            }

            return (ulong)at;
        });
        return seconds * 1e9 / ((double)calls * StepsPerCall);
    }

    private static int Walk(ReadOnlySpan<int> entries, int at)
    {
        for (var step = 0; step < StepsPerCall; step++)
        {
            at = entries[at];
        }

        return at;
    }

    /// <summary>One cycle through all lines (Sattolo), the first entry of each naming the next.</summary>
    private static void Link(Span<int> entries, int lines, Random random)
    {
        var order = new int[lines];
        for (var i = 0; i < lines; i++)
        {
            order[i] = i;
        }

        for (var i = lines - 1; i > 0; i--)
        {
            var j = random.Next(i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        for (var i = 0; i < lines; i++)
        {
            entries[order[i] * LineEntries] = order[(i + 1) % lines] * LineEntries;
        }
    }
}
