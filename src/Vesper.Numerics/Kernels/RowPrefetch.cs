using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Kernels;

/// <summary>Software prefetch of rows that a kernel comes to soon. On processors other than x86 it does nothing.</summary>
internal static class RowPrefetch
{
    private const int LineBytes = 64;

    // Enough bytes in flight to cover the latency of memory; a row's later lines are found by the hardware's own prefetcher.
    private const int BytesAhead = 4096;
    private const int BytesPerRowMax = 1024;
    private const int RowsAheadMax = 8;

    /// <summary>How many rows before its turn a row should be asked for, ≥ 1.</summary>
    public static int RowsAhead(int strideBytes) => Math.Clamp(BytesAhead / strideBytes, 1, RowsAheadMax);

    /// <summary>Asks for the first lines of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Row(RowAddresses<float> rows, int row)
    {
        if (Sse.IsSupported)
        {
            // SAFETY: the row exists (asserted by the indexer); a prefetch never faults in any case.
            byte* start = (byte*)Unsafe.AsPointer(ref rows[row]);
            int bytes = Math.Min(rows.StrideBytes, BytesPerRowMax);
            for (int offset = 0; offset < bytes; offset += LineBytes)
            {
                Sse.Prefetch0(start + offset);
            }
        }
    }
}
