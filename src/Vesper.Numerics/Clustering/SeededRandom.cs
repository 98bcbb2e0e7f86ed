namespace Vesper.Numerics.Clustering;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014, §5): the same numbers for a seed on every machine and runtime.
/// </summary>
internal struct SeededRandom(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Mix(_state += Step);

    /// <summary>0 ≤ number &lt; 1, in steps of 2⁻⁵³.</summary>
    public double NextUnit() => ToUnit(NextBits());

    /// <summary>0 ≤ number &lt; count; even to within count / 2⁶⁴.</summary>
    public int Next(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>A number in [0, 1) that depends on a seed and an index alone: for draws by many threads.</summary>
    public static double UnitAt(ulong seed, int index) => ToUnit(Mix(seed + Step * ((ulong)index + 1)));

    private static double ToUnit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
