namespace Vesper.Query.Execution;

/// <summary>
/// The score that a user sees, computed in float64 from the stored bits. It depends on nothing but the two vectors: not
/// on the processor, the segment, or the way that found the row.
/// </summary>
internal static class ExactScore
{
    /// <summary>L2 and Manhattan: the distance. Dot and cosine: the similarity. Cost: dimensions.</summary>
    public static float Of(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> vector) =>
        (float)(metric switch
        {
            Metric.L2 => Math.Sqrt(Reference.SquaredL2(query, vector)),
            Metric.Manhattan => Reference.Manhattan(query, vector),
            Metric.Dot => Reference.Dot(query, vector),
            _ => Reference.Cosine(query, vector),
        });

    /// <summary>What results sort by: the score, negated where larger is better.</summary>
    public static float Key(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> vector) =>
        LargerIsBetter(metric) ? -Of(metric, query, vector) : Of(metric, query, vector);

    /// <summary>Whether a larger score is better.</summary>
    public static bool LargerIsBetter(Metric metric) => metric is Metric.Dot or Metric.Cosine;
}
