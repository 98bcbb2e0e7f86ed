namespace Vesper.Numerics.Clustering;

/// <summary>How rows are assigned to centroids in each iteration.</summary>
/// <remarks>
/// Whatever is chosen, the figures of the result come from an exact assignment of all rows to its centroids. Measured
/// with 25 iterations on one thread: 60,000 × 784 (Fashion-MNIST), k 64 / 256 / 1024: Lloyd 3.6 / 5.4 / 12.9 s, Elkan
/// 1.5 / 2.1 / 5.0 s, neighbourhood 6.2 s for k 1024; 100,000 × 128 (SIFT), k 64 / 256 / 1024: Lloyd 1.6 / 2.2 / 4.3 s,
/// Elkan 0.9 / 1.9 / 4.7 s, neighbourhood 2.4 s for k 1024.
/// </remarks>
public enum KMeansAlgorithm
{
    /// <summary>
    /// Elkan when k ≤ 2 · dimensions, its bounds fit 1 GiB and clusters are not balanced; else, from 1024 centroids on,
    /// neighbourhood; else Lloyd. By what was measured; never mini-batches.
    /// </summary>
    Auto,

    /// <summary>Every row against every centroid, in every iteration (Lloyd 1982).</summary>
    Lloyd,

    /// <summary>
    /// Elkan 2003: bounds by the triangle inequality spare most distances. The assignments are Lloyd's. Wins when
    /// distances are dear against looking at a bound: many dimensions, few centroids. Takes 4 · (n + k) · k bytes.
    /// </summary>
    Elkan,

    /// <summary>
    /// Rows are compared with their centroid's nearest neighbours among the centroids alone, but in the first, the
    /// last and every eighth assignment with all (k²-means, Agustsson, Timofte and Van Gool 2017, §3). An approximation
    /// of Lloyd's that wins with thousands of centroids: for 4096 on 262,144 × 128 (SIFT), 16 iterations take as long
    /// as 6 of Lloyd's and end lower than its 10. On word vectors (GloVe) it ends 0.5 % higher after 25.
    /// </summary>
    Neighborhood,

    /// <summary>
    /// Each iteration moves the centroids by one small batch of rows (Sculley 2010): for sets so large that a pass
    /// over all rows for each iteration is out of the question. One such pass is made at the end.
    /// </summary>
    MiniBatch,
}
