using System.Numerics;
using System.Runtime.CompilerServices;
using Vesper.Numerics.Kernels.Elements;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>How many bits of two packed bit vectors differ; exact, the same at every width.</summary>
/// <remarks>.NET has no vector instruction that counts bits on x86; four 64-bit counts run side by side.</remarks>
internal readonly struct HammingBody : IPairBody<byte, byte, int>
{
    public static int LongLength => 0;

    public static int FoldShort(ref byte query, ref byte row, nuint length) =>
        FoldLong(ref query, ref row, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FoldLong(ref byte query, ref byte row, nuint length)
    {
        // SAFETY: i + bytes read ≤ length in each step.
        nuint i = 0;
        int sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        for (; i + 32 <= length; i += 32)
        {
            sum0 += Differing(ref query, ref row, i);
            sum1 += Differing(ref query, ref row, i + 8);
            sum2 += Differing(ref query, ref row, i + 16);
            sum3 += Differing(ref query, ref row, i + 24);
        }

        for (; i + 8 <= length; i += 8)
        {
            sum0 += Differing(ref query, ref row, i);
        }

        for (; i < length; i++)
        {
            sum1 += BitOperations.PopCount((uint)(Unsafe.Add(ref query, i) ^ Unsafe.Add(ref row, i)));
        }

        return sum0 + sum1 + (sum2 + sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Differing(ref byte query, ref byte row, nuint index) => BitOperations.PopCount(
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref query, index))
        ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref row, index)));
}
