using System.Diagnostics;

namespace Vesper.Cli.Evaluation;

/// <summary>
/// Distances in double precision, straight from the definition: smaller is nearer under every metric.
/// </summary>
internal static class TrueDistance
{
    /// <summary>The distance of two vectors; L2 is not squared, dot is negated, cosine is 1 − similarity.</summary>
    public static double Compute(Metric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length, "both are of the field's dimensions");
        return metric switch
        {
            Metric.L2 => Math.Sqrt(SumOfSquares(left, right)),
            Metric.Manhattan => SumOfAbsolutes(left, right),
            Metric.Dot => -Dot(left, right),
            _ => 1 - (Dot(left, right) / Math.Sqrt(Dot(left, left) * Dot(right, right))),
        };
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }

    private static double SumOfSquares(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            var difference = (double)left[i] - right[i];
            sum += difference * difference;
        }

        return sum;
    }

    private static double SumOfAbsolutes(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += Math.Abs((double)left[i] - right[i]);
        }

        return sum;
    }
}
