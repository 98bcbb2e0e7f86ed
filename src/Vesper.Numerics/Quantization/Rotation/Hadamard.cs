using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Quantization.Rotation;

/// <summary>The Walsh–Hadamard transform in place, not normed, and products of elements.</summary>
/// <remarks>
/// Two stages a pass, so that memory is touched half as often. Stages of a stride below a vector's width are done by
/// permutation in 128-bit vectors. All widths add the same pairs, so the result is the same to the bit.
/// </remarks>
internal static class Hadamard
{
    /// <summary>Replaces 2^k ≥ 8 elements by the sums and differences of all; n log n additions.</summary>
    public static void Transform(Span<float> values)
    {
        Debug.Assert(values.Length >= 8 && BitOperations.IsPow2(values.Length));
        Quads(values);
        int stride = 4;
        if (BitOperations.Log2((uint)values.Length) % 2 == 1)
        {
            Stage(values, stride);
            stride *= 2;
        }

        for (; stride < values.Length; stride *= 4)
        {
            if (Vector512.IsHardwareAccelerated && stride >= Vector512<float>.Count)
            {
                TwoStages512(values, (nuint)stride);
            }
            else
            {
                TwoStages128(values, (nuint)stride);
            }
        }
    }

    /// <summary>Multiplies element by element.</summary>
    public static void Multiply(Span<float> values, ReadOnlySpan<float> factors)
    {
        Debug.Assert(values.Length == factors.Length && values.Length % Vector128<float>.Count == 0);
        Span<Vector128<float>> vectors = MemoryMarshal.Cast<float, Vector128<float>>(values);
        ReadOnlySpan<Vector128<float>> others = MemoryMarshal.Cast<float, Vector128<float>>(factors);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] *= others[i];
        }
    }

    /// <summary>Strides 1 and 2, inside each vector of four.</summary>
    private static void Quads(Span<float> values)
    {
        Vector128<float> oddNegative = Vector128.Create(1f, -1f, 1f, -1f);
        Vector128<float> highNegative = Vector128.Create(1f, 1f, -1f, -1f);
        foreach (ref Vector128<float> quad in MemoryMarshal.Cast<float, Vector128<float>>(values))
        {
            Vector128<float> pairs = Vector128.Shuffle(quad, Vector128.Create(1, 0, 3, 2)) + quad * oddNegative;
            quad = Vector128.Shuffle(pairs, Vector128.Create(2, 3, 0, 1)) + pairs * highNegative;
        }
    }

    private static void Stage(Span<float> values, int stride)
    {
        for (int start = 0; start < values.Length; start += 2 * stride)
        {
            Span<Vector128<float>> low = MemoryMarshal.Cast<float, Vector128<float>>(values.Slice(start, stride));
            Span<Vector128<float>> high =
                MemoryMarshal.Cast<float, Vector128<float>>(values.Slice(start + stride, stride));
            for (int i = 0; i < low.Length; i++)
            {
                (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
            }
        }
    }

    private static void TwoStages128(Span<float> values, nuint stride)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        for (nuint group = 0; group < (nuint)values.Length; group += 4 * stride)
        {
            for (nuint i = group; i < group + stride; i += (nuint)Vector128<float>.Count)
            {
                // SAFETY: the length is a multiple of 4 × stride, and the stride of the vector: the four loads and
                // stores lie in the group.
                Debug.Assert(i + 3 * stride + (nuint)Vector128<float>.Count <= (nuint)values.Length);
                Vector128<float> a = Vector128.LoadUnsafe(ref start, i);
                Vector128<float> b = Vector128.LoadUnsafe(ref start, i + stride);
                Vector128<float> c = Vector128.LoadUnsafe(ref start, i + 2 * stride);
                Vector128<float> d = Vector128.LoadUnsafe(ref start, i + 3 * stride);
                (a, b, c, d) = (a + b, a - b, c + d, c - d);
                (a + c).StoreUnsafe(ref start, i);
                (b + d).StoreUnsafe(ref start, i + stride);
                (a - c).StoreUnsafe(ref start, i + 2 * stride);
                (b - d).StoreUnsafe(ref start, i + 3 * stride);
            }
        }
    }

    private static void TwoStages512(Span<float> values, nuint stride)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        for (nuint group = 0; group < (nuint)values.Length; group += 4 * stride)
        {
            for (nuint i = group; i < group + stride; i += (nuint)Vector512<float>.Count)
            {
                // SAFETY: as in the narrower one.
                Debug.Assert(i + 3 * stride + (nuint)Vector512<float>.Count <= (nuint)values.Length);
                Vector512<float> a = Vector512.LoadUnsafe(ref start, i);
                Vector512<float> b = Vector512.LoadUnsafe(ref start, i + stride);
                Vector512<float> c = Vector512.LoadUnsafe(ref start, i + 2 * stride);
                Vector512<float> d = Vector512.LoadUnsafe(ref start, i + 3 * stride);
                (a, b, c, d) = (a + b, a - b, c + d, c - d);
                (a + c).StoreUnsafe(ref start, i);
                (b + d).StoreUnsafe(ref start, i + stride);
                (a - c).StoreUnsafe(ref start, i + 2 * stride);
                (b - d).StoreUnsafe(ref start, i + 3 * stride);
            }
        }
    }
}
