namespace Vesper;

/// <summary>
/// How the nearest centroid of a row is found. All but <see cref="Hnsw"/> give the same answer and differ in time only.
/// </summary>
public enum CoarseAssigner : byte
{
    /// <summary>The exact one that should be fastest for the centroids and rows at hand.</summary>
    Auto = 0,

    /// <summary>All distances, by register tiles.</summary>
    Brute = 1,

    /// <summary>Exact, by a tree of boxes: for few dimensions.</summary>
    KDTree = 2,

    /// <summary>Approximate, by a graph over the centroids.</summary>
    Hnsw = 3,

    /// <summary>Exact, screened on principal axes and the length of the rest.</summary>
    Projection = 4,

    /// <summary>Exact, screened on all dimensions in 16-bit integers.</summary>
    Screen = 5,
}
