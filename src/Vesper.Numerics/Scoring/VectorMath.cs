using System.Numerics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels;

namespace Vesper.Numerics.Scoring;

/// <summary>Elementary arithmetic on vectors of equal length, at the width of this process. O(length).</summary>
public static class VectorMath
{
    /// <summary>Σ ab; −∞ where products overflow to both infinities.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The lengths differ.</exception>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        -KernelTable.Current.NegatedDot.Distance(left, right);

    /// <summary>Σ (a − b)².</summary>
    /// <exception cref="ArgumentOutOfRangeException">The lengths differ.</exception>
    public static float SquaredL2(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        KernelTable.Current.SquaredL2.Distance(left, right);

    /// <summary>into = left + factor × right.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The lengths differ.</exception>
    public static void AddScaled(
        ReadOnlySpan<float> left, float factor, ReadOnlySpan<float> right, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, left.Length);
        var lefts = MemoryMarshal.Cast<float, Vector<float>>(left);
        var rights = MemoryMarshal.Cast<float, Vector<float>>(right);
        var results = MemoryMarshal.Cast<float, Vector<float>>(into);
        for (var i = 0; i < lefts.Length; i++)
        {
            results[i] = lefts[i] + (factor * rights[i]);
        }

        for (var i = lefts.Length * Vector<float>.Count; i < left.Length; i++)
        {
            into[i] = left[i] + (factor * right[i]);
        }
    }

    /// <summary>Where the first element is that is infinite or no number; −1 for none.</summary>
    public static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        // 0 × x is 0, or NaN when x is not finite: one sum tells of all whether there is one to look for.
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(values[i..]) * Vector<float>.Zero;
        }

        i = Vector.Sum(sum) == 0 ? i : 0;
        while (i < values.Length && float.IsFinite(values[i]))
        {
            i++;
        }

        return i < values.Length ? i : -1;
    }

    /// <summary>values = factor × values.</summary>
    public static void Scale(Span<float> values, float factor)
    {
        foreach (ref var value in values)
        {
            value *= factor;
        }
    }
}
