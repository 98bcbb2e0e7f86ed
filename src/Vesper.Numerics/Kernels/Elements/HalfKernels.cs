namespace Vesper.Numerics.Kernels.Elements;

/// <summary>Kernels of a float query and rows of half floats at one width; computed in floats.</summary>
/// <remarks>Halves are finite by contract; see <see cref="HalfBits"/> for those that are not.</remarks>
internal sealed class HalfKernels
{
    /// <summary>Σ (a − b)².</summary>
    public required ElementKernel<float, Half, float> SquaredL2 { get; init; }

    /// <summary>−Σ ab.</summary>
    public required ElementKernel<float, Half, float> NegatedDot { get; init; }

    /// <summary>Σ |a − b|.</summary>
    public required ElementKernel<float, Half, float> Manhattan { get; init; }

    /// <summary>The kernel of a metric. Cosine is a dot product, finished by its scorer with the norms.</summary>
    public ElementKernel<float, Half, float> For(Metric metric) => metric switch
    {
        Metric.L2 => SquaredL2,
        Metric.Dot or Metric.Cosine => NegatedDot,
        Metric.Manhattan => Manhattan,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Not a metric of half floats."),
    };

    /// <summary>The kernels of a width.</summary>
    public static HalfKernels Make<TLanes, TVector>() where TLanes : ILanes<TVector> where TVector : struct => new()
    {
        SquaredL2 = Kernel<TLanes, TVector, SquaredL2Fold>(),
        NegatedDot = Kernel<TLanes, TVector, NegatedDotFold>(),
        Manhattan = Kernel<TLanes, TVector, ManhattanFold>(),
    };

    private static BodyKernel<FloatBody<TLanes, TVector, TFold, HalfElement, Half>, float, Half, float>
        Kernel<TLanes, TVector, TFold>()
        where TLanes : ILanes<TVector> where TVector : struct where TFold : IFold => new();
}
