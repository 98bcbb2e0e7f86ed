using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>Codes of one byte: the reference.</summary>
internal sealed class ScalarByteScreen : ScreenKernel
{
    private const int PerBlock = IBlockLayout.RowsPerBlock;

    public override int WidthBits => 32;

    public override bool IsSupported => true;

    public override void Screen(
        ReadOnlySpan<byte> tables, ReadOnlySpan<byte> blocks, int blockBytes, ScreenLimit limit, Span<uint> within)
    {
        Debug.Assert(tables.Length % 256 == 0 && blockBytes >= (tables.Length / 256 * PerBlock) + TermBytes);
        for (int b = 0; b < within.Length; b++)
        {
            ReadOnlySpan<byte> block = blocks.Slice(b * blockBytes, blockBytes);
            within[b] = 0;
            for (int slot = 0; slot < PerBlock; slot += 2)
            {
                // Slots 16 apart lie beside each other.
                (int even, int odd) = Sums(tables, block[slot..]);
                within[b] |= (IsWithin(even, block, slot / 2, limit) ? 1u : 0) << (slot / 2);
                within[b] |= (IsWithin(odd, block, 16 + (slot / 2), limit) ? 1u : 0) << (16 + (slot / 2));
            }
        }
    }

    private static (int First, int Second) Sums(ReadOnlySpan<byte> tables, ReadOnlySpan<byte> codes)
    {
        int first = 0, second = 0, at = 0;
        for (; tables.Length >= 256; tables = tables[256..], at += PerBlock)
        {
            first += tables[codes[at]];
            second += tables[codes[at + 1]];
        }

        return (first, second);
    }
}

/// <summary>
/// Codes of one byte, two blocks at once: the 256 entries of a table are four registers, in which 64 codes are looked
/// up by two two-register permutes (AVX-512 VBMI).
/// </summary>
internal sealed class ByteScreen512 : ScreenKernel
{
    public override int WidthBits => 512;

    public override bool IsSupported => Avx512Vbmi.IsSupported;

    public override void Screen(
        ReadOnlySpan<byte> tables, ReadOnlySpan<byte> blocks, int blockBytes, ScreenLimit limit, Span<uint> within)
    {
        Debug.Assert(tables.Length % 256 == 0 && blocks.Length >= within.Length * blockBytes);
        Debug.Assert(blockBytes >= (tables.Length / 256 * IBlockLayout.RowsPerBlock) + TermBytes);
        ref byte table = ref MemoryMarshal.GetReference(tables);
        for (int b = 0; b < within.Length; b += 2)
        {
            // A last single block is its own partner.
            int other = Math.Min(b + 1, within.Length - 1);
            ref byte block = ref Unsafe.Add(ref MemoryMarshal.GetReference(blocks), b * blockBytes);
            nuint apart = (nuint)((other - b) * blockBytes);
            Prefetch(ref Unsafe.Add(ref block, 4 * blockBytes), 2 * blockBytes);
            (Vector512<ushort> first, Vector512<ushort> second) =
                Sums(ref table, ref block, apart, (nuint)tables.Length / 256);

            // SAFETY: 32 terms end each block.
            ref float terms = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref block, blockBytes - TermBytes));
            ref float terms1 = ref Unsafe.AddByteOffset(ref terms, apart);
            within[b] = Within(first.GetLower(), second.GetLower(), ref terms, limit);
            within[other] = Within(first.GetUpper(), second.GetUpper(), ref terms1, limit);
        }
    }

    /// <summary>Slots 0 … 15 and 16 … 31, of the one block in lower halves, of the other in upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<ushort> First, Vector512<ushort> Second) Sums(
        ref byte table, ref byte block, nuint apart, nuint parts)
    {
        Vector512<ushort> all = default, odd = default;
        for (nuint part = 0; part < parts; part++)
        {
            // SAFETY: each part has 256 table bytes and 32 code bytes in both blocks (asserted by the caller).
            Vector512<byte> codes = Vector512.Create(
                Vector256.LoadUnsafe(ref block), Vector256.LoadUnsafe(ref block, apart));
            Vector512<byte> lower = LookUp(ref table, codes, 0), upper = LookUp(ref table, codes, 128);
            Vector512<byte> found = Vector512.ConditionalSelect(
                Vector512.LessThan(codes.AsSByte(), Vector512<sbyte>.Zero).AsByte(), upper, lower);
            all += found.AsUInt16();
            odd += found.AsUInt16() >> 8;
            block = ref Unsafe.Add(ref block, IBlockLayout.RowsPerBlock);
            table = ref Unsafe.Add(ref table, 256);
        }

        return (all - (odd << 8), odd);
    }

    /// <summary>The lower seven bits of each code choose among 128 entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> LookUp(ref byte table, Vector512<byte> codes, nuint at) =>
        Avx512Vbmi.PermuteVar64x8x2(
            Vector512.LoadUnsafe(ref table, at), codes, Vector512.LoadUnsafe(ref table, at + 64));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Within(
        Vector256<ushort> first, Vector256<ushort> second, ref float terms, ScreenLimit limit) =>
        NibbleLanes512.WithinSixteen(first, Vector512.LoadUnsafe(ref terms), limit)
        | (NibbleLanes512.WithinSixteen(second, Vector512.LoadUnsafe(ref terms, 16), limit) << 16);
}
