namespace Vesper.Tests.Engine;

/// <summary>The plain meaning of the metrics, in float64.</summary>
internal static class BruteForce
{
    /// <summary>Smaller is nearer.</summary>
    public static double Distance(Metric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0, leftNorm = 0, rightNorm = 0;
        for (var at = 0; at < left.Length; at++)
        {
            double a = left[at], b = right[at];
            leftNorm += a * a;
            rightNorm += b * b;
            sum += metric switch
            {
                Metric.L2 => (a - b) * (a - b),
                Metric.Manhattan => Math.Abs(a - b),
                _ => a * b,
            };
        }

        return metric switch
        {
            Metric.L2 => Math.Sqrt(sum),
            Metric.Manhattan => sum,
            Metric.Dot => -sum,
            _ => -sum / Math.Sqrt(leftNorm * rightNorm),
        };
    }
}
