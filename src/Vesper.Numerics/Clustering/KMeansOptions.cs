namespace Vesper.Numerics.Clustering;

/// <summary>How k-means goes about it. The defaults suit the partitions of an inverted file.</summary>
public sealed record KMeansOptions
{
    /// <summary>Where all randomness comes from: equal seeds give equal bits, whatever the number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Most times the centroids are moved, ≥ 1; with mini-batches, the number of batches.</summary>
    public int Iterations { get; init; } = 25;

    /// <summary>How often it is done all over from another seed, ≥ 1; the result of lowest inertia is kept.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>How the first centroids are chosen.</summary>
    public KMeansSeeding Seeding { get; init; } = KMeansSeeding.Random;

    /// <summary>How rows are assigned.</summary>
    public KMeansAlgorithm Algorithm { get; init; } = KMeansAlgorithm.Auto;

    /// <summary>
    /// Whether no centroid may get more than (1 + <see cref="BalanceSlack"/>) · n / k rows, rounded up, even if some
    /// then go to one that is not the nearest. Not with Elkan or mini-batches. The centroids that come of it also share
    /// rows more evenly by nearness alone: on GloVe, k 1024, an imbalance of 1.30 in place of 2.92.
    /// </summary>
    public bool Balanced { get; init; }

    /// <summary>How far a balanced cluster may pass the mean size, ≥ 0; looked at when balanced.</summary>
    public double BalanceSlack { get; init; } = 0.25;

    /// <summary>
    /// It stops early when an iteration lowers the inertia by less than this part of it, 0 ≤ tolerance &lt; 1; with
    /// mini-batches, the mean inertia of ten batches against the ten before. At 0 it stops when nothing is gained.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Rows of a mini-batch, ≥ 1; looked at with mini-batches alone.</summary>
    public int MiniBatchRows { get; init; } = 16_384;

    /// <summary>
    /// Centroids that <see cref="KMeansAlgorithm.Neighborhood"/> compares a row with, its own included, ≥ 2; looked at
    /// there and when balanced.
    /// </summary>
    public int Neighbors { get; init; } = 64;

    /// <summary>Checks all of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentException">Balanced does not go with the algorithm.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Iterations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Restarts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MiniBatchRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(Neighbors, 2);
        ThrowUnless(Enum.IsDefined(Seeding), nameof(Seeding), Seeding, "Not a seeding.");
        ThrowUnless(Enum.IsDefined(Algorithm), nameof(Algorithm), Algorithm, "Not an algorithm.");
        ThrowUnless(Tolerance is >= 0 and < 1, nameof(Tolerance), Tolerance, "The limits are 0 ≤ tolerance < 1.");
        ThrowUnless(
            BalanceSlack >= 0 && double.IsFinite(BalanceSlack), nameof(BalanceSlack), BalanceSlack, "It must be ≥ 0.");
        if (Balanced && Algorithm is KMeansAlgorithm.Elkan or KMeansAlgorithm.MiniBatch)
        {
            throw new ArgumentException($"Clusters cannot be balanced with {Algorithm}.", nameof(Balanced));
        }
    }

    private static void ThrowUnless(bool isRight, string name, object value, string limit)
    {
        if (!isRight)
        {
            throw new ArgumentOutOfRangeException(name, value, limit);
        }
    }
}
