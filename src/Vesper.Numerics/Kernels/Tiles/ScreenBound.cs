using System.Diagnostics;

namespace Vesper.Numerics.Kernels.Tiles;

/// <summary>
/// Which screened values of one row are too far: a target among the k nearest by direct computation has a value of at
/// most factor × (k-th smallest value) + constant.
/// </summary>
/// <remarks>
/// With u = 2⁻²⁴ and γ = (n + 12)·u, sums of n products lie within γ·Σ|terms| of the truth (Higham, Accuracy and
/// Stability of Numerical Algorithms, 2nd ed., §3.1), and Σ|x·c| ≤ ‖x‖‖c‖. So a screened value ê is within
/// E = 2γ(‖c‖² + ‖x‖‖c‖) of e = ‖x−c‖² − ‖x‖² (for the sum, and for the norm that it starts with), and a direct
/// distance within γ of ‖x−c‖², relatively. Of k targets with values up to ê_k each has a direct distance up to
/// (ê_k + E + ‖x‖²)(1 + γ); a target that is not farther has ê ≤ ê_k + 2E + 2.1γ(ê_k + E + ‖x‖²). Dot products have
/// E = γ‖x‖‖c‖ on both sides: ê ≤ ê_k + 4E. Terms too small for float add at most one smallest float each.
/// </remarks>
/// <param name="Factor">1 or a little more.</param>
/// <param name="Constant">≥ 0; not finite when only direct distances tell.</param>
internal readonly record struct ScreenBound(double Factor, double Constant)
{
    private const double Unit = 1.0 / (1 << 24);
    private const int OtherRoundings = 12;
    private const double RangeMax = float.MaxValue / 4;

    /// <summary>The bound of a row.</summary>
    /// <param name="metric">L2 or dot.</param>
    /// <param name="dimensions">Elements of the sum.</param>
    /// <param name="squaredNorm">The row's, as computed in single precision.</param>
    /// <param name="squaredNormMax">The largest of any target, computed likewise.</param>
    public static ScreenBound For(Metric metric, int dimensions, float squaredNorm, float squaredNormMax)
    {
        Debug.Assert(metric is Metric.L2 or Metric.Dot);
        double error = Unit * (dimensions + OtherRoundings);
        double tiny = 4.0 * dimensions * float.Epsilon;
        double squaredRow = (squaredNorm + tiny) * (1 + 2 * error);
        double squaredTarget = (squaredNormMax + tiny) * (1 + 2 * error);
        double product = Math.Sqrt(squaredRow * squaredTarget);

        // Written so that a NaN fails it.
        if (!(squaredRow + squaredTarget + 2 * product < RangeMax && error < 0.01))
        {
            return new ScreenBound(1, double.PositiveInfinity);
        }

        if (metric == Metric.Dot)
        {
            return new ScreenBound(1, 4 * (error * product + tiny));
        }

        double ofValue = 2 * error * (squaredTarget + product) + tiny;
        return new ScreenBound(1 + 3 * error, 3 * (ofValue + error * squaredRow));
    }

    /// <summary>Whether screening says anything.</summary>
    public bool IsFinite => double.IsFinite(Constant);

    /// <summary>The largest value that is not too far.</summary>
    public float Above(float kth) => MathF.BitIncrement((float)(kth * Factor + Constant));
}
