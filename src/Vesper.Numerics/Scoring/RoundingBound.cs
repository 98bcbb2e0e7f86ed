using System.Diagnostics;

namespace Vesper.Numerics.Scoring;

/// <summary>
/// How far the single-precision distances of <see cref="FloatScorers"/> may lie from the true ones: which rows must be
/// looked at again before one can say which k are nearest.
/// </summary>
/// <remarks>
/// The classical forward error of a sum of n products in any order, n·u·Σ|terms| with u = 2⁻²⁴ (Higham, Accuracy and
/// Stability of Numerical Algorithms, 2nd ed., §3.1), twice: once for the row that is k-th, once for the row in
/// question; and the rounding of a score to float, so that rows whose scores will tie are in. Terms too small for
/// float add at most one smallest float each.
/// </remarks>
public static class RoundingBound
{
    private const double Unit = 1.0 / (1 << 24);

    // Roundings of a term and of the finish (difference, square, norms, final product and sum) beside the summation.
    private const int OtherRoundings = 12;

    /// <summary>
    /// The largest computed distance that a row may have whose true distance is not above, or whose score rounds to the
    /// same float as, the true k-th.
    /// </summary>
    /// <param name="metric">How distances are measured.</param>
    /// <param name="dimensions">Elements of a vector.</param>
    /// <param name="kth">The k-th smallest computed distance.</param>
    /// <param name="normProduct">Largest |q|·|v| of the query and any row; used under dot alone.</param>
    public static float Above(Metric metric, int dimensions, float kth, double normProduct)
    {
        Debug.Assert(!float.IsNaN(kth), "NaN is not a distance");
        var error = Unit * (dimensions + OtherRoundings);
        if (metric == Metric.Dot && !(normProduct * (1 + error) < float.MaxValue))
        {
            // A partial sum may have overflowed, to either side.
            return float.PositiveInfinity;
        }

        var bound = metric switch
        {
            Metric.L2 or Metric.Manhattan => kth * (1 + (2 * error)) / (1 - (2 * error)) + Underflow(dimensions),
            Metric.Cosine => kth + (4 * error),
            _ => kth + (4 * error * normProduct) + (Math.Abs(kth) * 4 * Unit) + Underflow(dimensions),
        };

        // Upwards; what passes the range of float may have been computed as infinite.
        return double.IsFinite(bound) && bound < float.MaxValue / (1 + (2 * error))
            ? MathF.BitIncrement((float)bound)
            : float.PositiveInfinity;
    }

    private static double Underflow(int dimensions) => 4.0 * dimensions * float.Epsilon;
}
