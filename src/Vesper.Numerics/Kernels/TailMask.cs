using System.Runtime.InteropServices;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// Masks that keep the last lanes of a vector: a window of the table ending in as many ones as lanes are kept.
/// </summary>
internal static class TailMask
{
    /// <summary>Zero entries before the ones: the lanes of the widest vector.</summary>
    public const int Zeros = 16;

    private static ReadOnlySpan<int> Table =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    ];

    /// <summary>
    /// The first entry. The window for <c>fresh</c> of <c>count</c> lanes starts at Zeros + fresh − count.
    /// </summary>
    public static ref readonly int Start => ref MemoryMarshal.GetReference(Table);
}
