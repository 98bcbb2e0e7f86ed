using Vesper.Numerics.Kernels.Elements;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>Kernels of rows of bytes at one width, exact, up to <see cref="DimensionsMax"/> dimensions.</summary>
/// <typeparam name="T">byte or sbyte.</typeparam>
internal sealed class ByteKernels<T> where T : unmanaged
{
    /// <summary>With more dimensions a sum of 32 bits could overflow.</summary>
    public const int DimensionsMax = 32_768;

    /// <summary>Σ (a − b)².</summary>
    public required ElementKernel<T, T, int> SquaredL2 { get; init; }

    /// <summary>−Σ ab.</summary>
    public required ElementKernel<T, T, int> NegatedDot { get; init; }

    /// <summary>Σ |a − b|.</summary>
    public required ElementKernel<T, T, int> Manhattan { get; init; }

    /// <summary>The kernel of a metric. Cosine is a dot product, finished by its scorer with the norms.</summary>
    public ElementKernel<T, T, int> For(Metric metric) => metric switch
    {
        Metric.L2 => SquaredL2,
        Metric.Dot or Metric.Cosine => NegatedDot,
        Metric.Manhattan => Manhattan,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Not a metric of bytes."),
    };

    /// <summary>The kernels of a width and an element.</summary>
    public static ByteKernels<T> Make<TLanes, TShorts, TInts, TElement>()
        where TLanes : IShortLanes<TShorts, TInts>
        where TShorts : struct
        where TInts : struct
        where TElement : IByteElement<T> => new()
        {
            SquaredL2 = new BodyKernel<ByteBody<TLanes, TShorts, TInts, ShortSquaredL2, TElement, T>, T, T, int>(),
            NegatedDot = new BodyKernel<ByteBody<TLanes, TShorts, TInts, ShortNegatedDot, TElement, T>, T, T, int>(),
            Manhattan = new BodyKernel<ByteBody<TLanes, TShorts, TInts, ShortManhattan, TElement, T>, T, T, int>(),
        };
}
