using System.Diagnostics;

namespace Vesper.Indexing.Graph.Walking;

/// <summary>
/// A candidate of a walk in one number that orders by (distance, ordinal): the float's bits made monotone in the high
/// half, the ordinal and an "expanded" flag in the low half. One comparison and one array serve where two fields
/// would need two.
/// </summary>
internal static class CandidateKey
{
    /// <summary>
    /// Set once the candidate's links have been followed. The lowest bit: it never decides the order of two nodes.
    /// </summary>
    public const ulong Expanded = 1;

    /// <summary>Above every key: what a collector that is not full compares with.</summary>
    public const ulong Maximum = ulong.MaxValue;

    /// <summary>The key of a node. NaN (from vectors that overflow) counts as infinitely far.</summary>
    public static ulong Of(float distance, int ordinal)
    {
        Debug.Assert(ordinal >= 0, "Ordinals start at 0.");
        var bits = BitConverter.SingleToUInt32Bits(float.IsNaN(distance) ? float.PositiveInfinity : distance);
        var ordered = bits ^ ((uint)((int)bits >> 31) | 0x8000_0000u);
        return ((ulong)ordered << 32) | ((uint)ordinal << 1);
    }

    /// <summary>The node.</summary>
    public static int Ordinal(ulong key) => (int)((uint)key >> 1);

    /// <summary>The distance.</summary>
    public static float Distance(ulong key)
    {
        var ordered = (uint)(key >> 32);
        var mask = (ordered & 0x8000_0000u) != 0 ? 0x8000_0000u : uint.MaxValue;
        return BitConverter.UInt32BitsToSingle(ordered ^ mask);
    }
}
