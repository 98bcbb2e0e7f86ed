namespace Vesper.Indexing.Graph.Building;

/// <summary>
/// Draws a node's highest layer: geometric with ratio 1 / M (the paper's normalisation 1 / ln M, section 4.1).
/// </summary>
/// <remarks>A hash of the ordinal in integers only: the same on every machine, in any order of insertion.</remarks>
internal static class NodeLevel
{
    /// <summary>The level of a node, 0 to <see cref="GraphLinks.MaxLevel"/>.</summary>
    public static int Of(int node, int m)
    {
        var hash = Hash((ulong)node);
        var level = 0;
        for (var bound = ulong.MaxValue / (ulong)m; hash < bound && level < GraphLinks.MaxLevel; bound /= (ulong)m)
        {
            level++;
        }

        return level;
    }

    /// <summary>The finalizer of SplitMix64 over one step of its sequence: every bit depends on every bit.</summary>
    public static ulong Hash(ulong value)
    {
        value = (value + 1) * 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
