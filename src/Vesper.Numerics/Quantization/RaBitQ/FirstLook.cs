namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>What a query and a list give to the bounds from signs: of each row of a block,
/// offset + term + weight × shift + rescale × (base + step × sum) − |error| × radius.</summary>
/// <param name="Offset">The list's.</param>
/// <param name="Weight">The query's.</param>
/// <param name="Base">Weighted; less the largest error of the rounded tables.</param>
/// <param name="Step">Weighted.</param>
/// <param name="Radius">Weighted, times the bound's width: the list's.</param>
/// <param name="OwnRadius">The same for rows that were coded without their centroid.</param>
/// <param name="Threshold">Inclusive.</param>
internal readonly record struct FirstLook(
    float Offset, float Weight, float Base, float Step, float Radius, float OwnRadius, float Threshold);
