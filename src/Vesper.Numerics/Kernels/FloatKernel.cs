using Vesper.Numerics.Kernels.Elements;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// Distances of one metric between floats at one SIMD width. Stateless, thread-safe; one virtual call serves a batch.
/// </summary>
/// <remarks>
/// Elements are finite by contract. Then no result is a NaN; sums beyond the range of float are infinite. A distance
/// depends on the two vectors alone, not on their place in a batch.
/// </remarks>
internal abstract class FloatKernel : ElementKernel<float, float, float>;
