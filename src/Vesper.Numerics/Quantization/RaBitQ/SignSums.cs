using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Quantization.Lanes;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>Sums looked-up bytes over the signs of 32 rows.</summary>
internal interface ISignSums
{
    /// <summary>See <see cref="RaBitQKernel.Sum"/>.</summary>
    static abstract void Sum(ReadOnlySpan<byte> signs, ReadOnlySpan<byte> tables, Span<float> sums);
}

/// <summary>One row at a time: the reference.</summary>
internal readonly struct ScalarSignSums : ISignSums
{
    public static void Sum(ReadOnlySpan<byte> signs, ReadOnlySpan<byte> tables, Span<float> sums)
    {
        for (int row = 0; row < IBlockLayout.RowsPerBlock; row++)
        {
            (int place, int shift) = RaBitQShape.PlaceOf(row);
            int sum = 0;
            for (int group = 0; group < signs.Length; group += RaBitQShape.GroupBytes)
            {
                sum += tables[group + (signs[group + place] >> shift & 15)];
            }

            sums[row] = sum;
        }
    }
}

/// <summary>
/// Lookups in registers, 16 rows to a group of bytes (F. André, A.-M. Kermarrec and N. Le Scouarnec, "Cache Locality
/// Is Not Enough", VLDB 2015, and the RaBitQ paper, §3.3.2), summed up in 16 bits.
/// </summary>
internal readonly struct SignSums<TLanes, TVector> : ISignSums
    where TLanes : ITableLanes<TVector> where TVector : struct
{
    // 256 bytes of 255 still fit 16 bits.
    private const int BytesPerFold = 256 * RaBitQShape.GroupBytes;

    public static void Sum(ReadOnlySpan<byte> signs, ReadOnlySpan<byte> tables, Span<float> sums)
    {
        Debug.Assert(signs.Length == tables.Length && sums.Length == IBlockLayout.RowsPerBlock);
        for (int start = 0; start < signs.Length; start += BytesPerFold)
        {
            int length = Math.Min(BytesPerFold, signs.Length - start);
            Fold(signs.Slice(start, length), tables.Slice(start, length), sums, isAdded: start > 0);
        }
    }

    private static void Fold(ReadOnlySpan<byte> signs, ReadOnlySpan<byte> tables, Span<float> sums, bool isAdded)
    {
        nuint step = (nuint)(TLanes.Groups * RaBitQShape.GroupBytes);
        Debug.Assert((nuint)signs.Length % step == 0 && signs.Length == tables.Length);

        Debug.Assert(sums.Length == IBlockLayout.RowsPerBlock);

        // SAFETY: both spans have the same whole number of steps; there are twice 16 sums.
        ref byte sign = ref MemoryMarshal.GetReference(signs);
        ref byte table = ref MemoryMarshal.GetReference(tables);
        TVector low = default, lowSeconds = default, high = default, highSeconds = default;
        for (nuint at = 0; at < (nuint)signs.Length; at += step)
        {
            TVector codes = TLanes.Load(in sign, at);
            TVector entries = TLanes.Load(in table, at);
            TVector ofLow = TLanes.LookUpLow(entries, codes);
            TVector ofHigh = TLanes.LookUpHigh(entries, codes);
            low = TLanes.AddWords(low, ofLow);
            lowSeconds = TLanes.AddSeconds(lowSeconds, ofLow);
            high = TLanes.AddWords(high, ofHigh);
            highSeconds = TLanes.AddSeconds(highSeconds, ofHigh);
        }

        ref float sum = ref MemoryMarshal.GetReference(sums);
        Write(TLanes.Fold(low), TLanes.Fold(lowSeconds), ref sum, isAdded);
        Write(TLanes.Fold(high), TLanes.Fold(highSeconds), ref Unsafe.Add(ref sum, RaBitQShape.GroupBytes), isAdded);
    }

    /// <summary>The sums of 16 rows: words hold the first eight plus 256 × the others, modulo 2^16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector128<ushort> words, Vector128<ushort> seconds, ref float sums, bool isAdded) =>
        TLanes.Write(words - (seconds << 8), seconds, ref sums, isAdded);
}
