using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>
/// The definition of exact: all squared L2 distances by the pair kernel of this process, the lowest number among
/// equals.
/// </summary>
/// <remarks>
/// A distance that is a NaN (which takes an element that is not finite) counts as +∞; if all do, number 0 is nearest.
/// One thread.
/// </remarks>
/// <param name="centroids">At least one; outlives the search.</param>
internal sealed class ExactSearch(RowMatrix<float> centroids)
{
    private const int Batch = 256;

    private readonly FloatKernel _kernel = KernelTable.Current.SquaredL2;
    private readonly Ordinal[] _ordinals = new Ordinal[Batch];
    private readonly float[] _distances = new float[Batch];

    /// <summary>The nearest centroid of a row. O(centroids × dimensions).</summary>
    public (int Number, float Distance) Nearest(ReadOnlySpan<float> row)
    {
        int nearest = 0;
        float least = float.PositiveInfinity;
        for (int start = 0; start < centroids.Count; start += Batch)
        {
            int count = Math.Min(Batch, centroids.Count - start);
            for (int i = 0; i < count; i++)
            {
                _ordinals[i] = new Ordinal(start + i);
            }

            _kernel.Score(row, centroids.Addresses, _ordinals.AsSpan(0, count), _distances);
            for (int i = 0; i < count; i++)
            {
                if (_distances[i] < least)
                {
                    (nearest, least) = (start + i, _distances[i]);
                }
            }
        }

        return (nearest, least);
    }
}
