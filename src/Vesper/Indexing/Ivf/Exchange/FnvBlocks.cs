using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// FNV-1a of 64 bits, 64 bytes at a time. A step is h ← (h ⊕ b) · p, and ⊕ touches the low byte alone: so the low bytes
/// l form a chain of their own, and once they are known, h is a sum of products that waits for nothing.
/// </summary>
/// <remarks>
/// The low bytes: with x = l ⊕ b, the next l is x · B3 (hex) modulo 256. Bit k of that product is bit k of x, ⊕ a term
/// g of the bits below. So all 64 values of bit k are prefix sums (modulo 2) of b ⊕ g, which one carry-less
/// multiplication by ones gives; then comes bit k + 1. Bits are kept as one word each, a bit for a byte of the block.
/// The product is x + 2x, plus that shifted by 4, plus x shifted by 7: two ripple adders.
/// The rest: eight lanes hash eight bytes each, from their own low byte on; what the low byte itself contributes is
/// taken off, and lanes are brought to the block's end by powers of p.
/// </remarks>
internal static class FnvBlocks
{
    public const int BlockBytes = 64;

    private const ulong Prime = Fnv1a64.Prime;

    private static readonly Vector512<ulong> Primes = Vector512.Create(Prime);
    private static readonly Vector512<ulong> Primes8 = Vector512.Create(Power(8));
    private static readonly Vector512<ulong> Primes64 = Vector512.Create(Power(64));
    private static readonly Vector512<ulong> LowByte = Vector512.Create((ulong)byte.MaxValue);

    private static readonly Vector512<ulong> ToEnd = Vector512.Create(
        Power(56), Power(48), Power(40), Power(32), Power(24), Power(16), Power(8), 1ul);

    private static readonly Vector512<ulong> LaneStarts = Vector512.Create(0ul, 8, 16, 24, 32, 40, 48, 56);

    /// <summary>Whether this processor has what it takes.</summary>
    public static bool IsSupported =>
        Avx512BW.VL.IsSupported && Avx512DQ.IsSupported && Pclmulqdq.IsSupported;

    /// <summary>Continues a hash over whole blocks.</summary>
    public static ulong Append(ulong state, ReadOnlySpan<byte> blocks) => Append(state, 0, blocks, two: false).First;

    /// <summary>Continues two hashes over whole blocks: each fills waits of the other.</summary>
    public static (ulong First, ulong Second) Append(ulong first, ulong second, ReadOnlySpan<byte> blocks) =>
        Append(first, second, blocks, two: true);

    /// <param name="two">A constant: without it, what concerns the second hash alone is not compiled.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong First, ulong Second) Append(ulong first, ulong second, ReadOnlySpan<byte> blocks, bool two)
    {
        Debug.Assert(IsSupported && blocks.Length % BlockBytes == 0, "the caller has asked, and cuts");
        var pair = new Pair(first, second);
        foreach (Vector512<byte> block in MemoryMarshal.Cast<byte, Vector512<byte>>(blocks))
        {
            pair.Append(block, two);
        }

        return pair.States;
    }

    private static ulong Power(int exponent)
    {
        ulong power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= Prime;
        }

        return power;
    }

    /// <summary>Eight lanes for each of two hashes.</summary>
    private struct Lanes
    {
        public Vector512<ulong> First;
        public Vector512<ulong> Second;
    }

    /// <summary>Two hashes between blocks: lanes whose sum each is, and the bits of their low bytes as masks.</summary>
    private struct Pair(ulong first, ulong second)
    {
        private Lanes _sums = new()
        {
            First = Vector512.CreateScalar(first),
            Second = Vector512.CreateScalar(second),
        };

        private Vector128<ulong> _low0 = Fill(first, second, 0);
        private Vector128<ulong> _low1 = Fill(first, second, 1);
        private Vector128<ulong> _low2 = Fill(first, second, 2);
        private Vector128<ulong> _low3 = Fill(first, second, 3);
        private Vector128<ulong> _low4 = Fill(first, second, 4);
        private Vector128<ulong> _low5 = Fill(first, second, 5);
        private Vector128<ulong> _low6 = Fill(first, second, 6);
        private Vector128<ulong> _low7 = Fill(first, second, 7);

        public readonly (ulong First, ulong Second) States => (Vector512.Sum(_sums.First), Vector512.Sum(_sums.Second));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Append(Vector512<byte> block, bool two)
        {
            Lanes lows = default;
            Vector128<ulong> x0 = Solve(block, 0, Vector128<ulong>.Zero, ref _low0, ref lows, two);
            Vector128<ulong> x1 = Solve(block, 1, x0, ref _low1, ref lows, two);
            Vector128<ulong> t1 = x1 ^ x0;
            Vector128<ulong> carry = x1 & x0;
            Vector128<ulong> term = x1 ^ carry;
            Vector128<ulong> x2 = Solve(block, 2, term, ref _low2, ref lows, two);
            Vector128<ulong> t2 = x2 ^ term;
            carry = Majority(x2, x1, carry);
            term = x2 ^ carry;
            Vector128<ulong> x3 = Solve(block, 3, term, ref _low3, ref lows, two);
            Vector128<ulong> t3 = x3 ^ term;
            carry = Majority(x3, x2, carry);
            term = x3 ^ carry;
            Vector128<ulong> x4 = Solve(block, 4, term ^ x0, ref _low4, ref lows, two);
            Vector128<ulong> high = x4 ^ term;
            Vector128<ulong> carryHigh = high & x0;
            carry = Majority(x4, x3, carry);
            term = x4 ^ carry;
            Vector128<ulong> x5 = Solve(block, 5, term ^ t1 ^ carryHigh, ref _low5, ref lows, two);
            high = x5 ^ term;
            carryHigh = Majority(high, t1, carryHigh);
            carry = Majority(x5, x4, carry);
            term = x5 ^ carry;
            Vector128<ulong> x6 = Solve(block, 6, term ^ t2 ^ carryHigh, ref _low6, ref lows, two);
            high = x6 ^ term;
            carryHigh = Majority(high, t2, carryHigh);
            carry = Majority(x6, x5, carry);
            Solve(block, 7, x6 ^ carry ^ t3 ^ carryHigh ^ x0, ref _low7, ref lows, two);
            _sums.First = (_sums.First * Primes64) + (Hash(block.AsUInt64(), lows.First) * ToEnd);
            if (two)
            {
                _sums.Second = (_sums.Second * Primes64) + (Hash(block.AsUInt64(), lows.Second) * ToEnd);
            }
        }

        /// <summary>
        /// Finds one bit of all low bytes: <paramref name="low"/> is that of the first, as a mask, and becomes that of
        /// the next block's first; the bits of the lanes' first bytes go to <paramref name="lows"/>. Gives x.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<ulong> Solve(
            Vector512<byte> block, int bit, Vector128<ulong> term, ref Vector128<ulong> low, ref Lanes lows, bool two)
        {
            var bytes = Vector128.Create((block.AsUInt16() << (7 - bit)).AsByte().ExtractMostSignificantBits());
            Vector128<ulong> change = bytes ^ term;
            Vector128<ulong> sums = Pclmulqdq.CarrylessMultiply(change, Vector128<ulong>.AllBitsSet, 0x00);
            if (two)
            {
                sums = Sse2.UnpackLow(
                    sums, Pclmulqdq.CarrylessMultiply(change, Vector128<ulong>.AllBitsSet, 0x01));
            }

            Vector128<ulong> all = (sums << 1) ^ low;
            low = ((all ^ change).AsInt64() >> 63).AsUInt64();
            Vector512<ulong> turns = LaneStarts - Vector512.Create((ulong)bit);
            var mask = Vector512.Create(1ul << bit);
            Vector512<ulong> both = all.ToVector256Unsafe().ToVector512Unsafe();
            Vector512<ulong> first = Avx512F.PermuteVar8x64(both, Vector512<ulong>.Zero);
            lows.First |= Avx512F.RotateRightVariable(first, turns) & mask;
            if (two)
            {
                Vector512<ulong> second = Avx512F.PermuteVar8x64(both, Vector512<ulong>.One);
                lows.Second |= Avx512F.RotateRightVariable(second, turns) & mask;
            }

            return all ^ bytes;
        }

        /// <summary>Hashes each lane's eight bytes from its low byte on, and takes off what that alone gives.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<ulong> Hash(Vector512<ulong> block, Vector512<ulong> lows)
        {
            Vector512<ulong> hash = lows;
            for (int shift = 0; shift < 64; shift += 8)
            {
                hash = (hash ^ ((block >> shift) & LowByte)) * Primes;
            }

            return hash - (lows * Primes8);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<ulong> Majority(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c) =>
            (a & b) | (c & (a ^ b));

        private static Vector128<ulong> Fill(ulong first, ulong second, int bit) =>
            Vector128.Create(0 - ((first >> bit) & 1), 0 - ((second >> bit) & 1));
    }
}
