using System.Diagnostics;

namespace Vesper.Numerics.Kernels;

/// <summary>The scalar truth of every kernel: plain loops in double precision, in index order.</summary>
/// <remarks>
/// Equal on every machine. Finite floats cannot overflow a double here, so results are finite. Both vectors have the
/// same length. Thread-safe; cost: dimensions.
/// </remarks>
public static class Reference
{
    /// <summary>Σ (a − b)².</summary>
    public static double SquaredL2(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length);
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double difference = (double)left[i] - right[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>Σ ab.</summary>
    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length);
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }

    /// <summary>Σ |a − b|.</summary>
    public static double Manhattan(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length);
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += Math.Abs((double)left[i] - right[i]);
        }

        return sum;
    }

    /// <summary>|v|: the square root of Σ v². 0 only for a zero vector (or an empty one).</summary>
    public static double Norm(ReadOnlySpan<float> vector) => Math.Sqrt(Dot(vector, vector));

    /// <summary>The angle's cosine, −1 … 1; 0 when either vector has no direction.</summary>
    public static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double norms = Norm(left) * Norm(right);
        return norms == 0 ? 0 : Math.Clamp(Dot(left, right) / norms, -1, 1);
    }
}
