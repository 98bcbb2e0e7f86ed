namespace Vesper.Query.Execution;

/// <summary>
/// The score that a user sees, computed in float64 from the stored bits. It depends on nothing but the two vectors: not
/// on the processor, the segment, or the way that found the row.
/// </summary>
internal static class ExactScore
{
    /// <summary>L2 and Manhattan: the distance. Dot and cosine: the similarity. Cost: dimensions.</summary>
    public static float Of(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        double sum = 0, queryNorm = 0, vectorNorm = 0;
        switch (metric)
        {
            case Metric.L2:
                for (var at = 0; at < query.Length; at++)
                {
                    var difference = (double)query[at] - vector[at];
                    sum += difference * difference;
                }

                return (float)Math.Sqrt(sum);
            case Metric.Manhattan:
                for (var at = 0; at < query.Length; at++)
                {
                    sum += Math.Abs((double)query[at] - vector[at]);
                }

                return (float)sum;
            case Metric.Dot:
                for (var at = 0; at < query.Length; at++)
                {
                    sum += (double)query[at] * vector[at];
                }

                return (float)sum;
            default:
                for (var at = 0; at < query.Length; at++)
                {
                    sum += (double)query[at] * vector[at];
                    queryNorm += (double)query[at] * query[at];
                    vectorNorm += (double)vector[at] * vector[at];
                }

                return (float)(sum / Math.Sqrt(queryNorm) / Math.Sqrt(vectorNorm));
        }
    }

    /// <summary>Whether a larger score is better.</summary>
    public static bool LargerIsBetter(Metric metric) => metric is Metric.Dot or Metric.Cosine;
}
