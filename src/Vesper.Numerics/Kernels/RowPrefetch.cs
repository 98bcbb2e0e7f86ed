using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// Software prefetch of rows that a kernel comes to soon. On processors other than x86 it does nothing.
/// </summary>
/// <remarks>
/// Only the first lines of a row are asked for: the hardware's own prefetcher takes over from there, and rows that
/// are in the cache already do not pay for more.
/// </remarks>
internal static class RowPrefetch
{
    /// <summary>How many rows before its turn a kernel asks for a row.</summary>
    public const int RowsAhead = 4;

    private const int LineBytes = 64;

    /// <summary>
    /// Whether the rows follow each other in memory, so that the hardware's prefetcher does it alone.
    /// </summary>
    public static bool IsNeedless(ReadOnlySpan<Ordinal> ordinals) =>
        !Sse.IsSupported || ordinals.IsEmpty || ordinals[^1].Value - ordinals[0].Value == ordinals.Length - 1;

    /// <summary>Asks for up to four lines of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Start<T>(RowAddresses<T> rows, Ordinal ordinal) where T : unmanaged
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        // SAFETY: the row exists; a prefetch never faults in any case, not even past the last row.
        Debug.Assert((uint)ordinal.Value < (uint)rows.Count);
        byte* line = (byte*)Unsafe.AsPointer(ref rows[ordinal.Value]);
        Sse.Prefetch0(line);
        if (rows.StrideBytes > LineBytes)
        {
            Sse.Prefetch0(line + LineBytes);
        }

        if (rows.StrideBytes > 2 * LineBytes)
        {
            Sse.Prefetch0(line + 2 * LineBytes);
            Sse.Prefetch0(line + 3 * LineBytes);
        }
    }
}
