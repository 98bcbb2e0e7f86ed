using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// Sums of products of floats in double precision, always added in the same order: what is stored with codes does not
/// depend on the machine.
/// </summary>
internal static class DoubleSums
{
    /// <summary>Σ left × right over a multiple of 8 elements.</summary>
    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length && left.Length % Vector256<float>.Count == 0);
        ReadOnlySpan<Vector256<float>> lefts = MemoryMarshal.Cast<float, Vector256<float>>(left);
        ReadOnlySpan<Vector256<float>> rights = MemoryMarshal.Cast<float, Vector256<float>>(right);
        Vector256<double> even = default, odd = default;
        for (int i = 0; i < lefts.Length && i < rights.Length; i++)
        {
            even += Vector256.WidenLower(lefts[i]) * Vector256.WidenLower(rights[i]);
            odd += Vector256.WidenUpper(lefts[i]) * Vector256.WidenUpper(rights[i]);
        }

        return Vector256.Sum(even + odd);
    }

    /// <summary>Σ value × sign over a multiple of 8 elements.</summary>
    public static double DotOfSigns(ReadOnlySpan<float> values, ReadOnlySpan<float> signs)
    {
        Debug.Assert(values.Length == signs.Length && values.Length % Vector256<float>.Count == 0);
        ReadOnlySpan<Vector256<float>> elements = MemoryMarshal.Cast<float, Vector256<float>>(values);
        ReadOnlySpan<Vector256<float>> others = MemoryMarshal.Cast<float, Vector256<float>>(signs);
        Vector256<double> even = default, odd = default;
        for (int i = 0; i < elements.Length && i < others.Length; i++)
        {
            Vector256<float> signed = elements[i] ^ (others[i] & Vector256.Create(-0f));
            even += Vector256.WidenLower(signed);
            odd += Vector256.WidenUpper(signed);
        }

        return Vector256.Sum(even + odd);
    }
}
