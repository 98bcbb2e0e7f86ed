namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>How an <see cref="AssignmentRun"/> checks itself.</summary>
public sealed record AssignmentOptions
{
    /// <summary>Share of rows that are compared with brute force, 0 … 1.</summary>
    public double ValidationRate { get; init; }

    /// <summary>Decides which rows.</summary>
    public int Seed { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in 0 … 1.</exception>
    public void Validate()
    {
        if (!(ValidationRate is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ValidationRate), ValidationRate, "A rate is in 0 … 1.");
        }
    }
}

/// <summary>What an <see cref="AssignmentRun"/> did.</summary>
/// <param name="Assignments">Rows that were assigned.</param>
/// <param name="Validated">Rows that were compared with brute force.</param>
/// <param name="Mismatches">Of these, rows whose centroid is another.</param>
public sealed record AssignmentReport(long Assignments, long Validated, long Mismatches)
{
    /// <summary>Full distances, of rows to centroids or to boxes of a tree.</summary>
    public long DistancesComputed { get; init; }

    /// <summary>Centroids that a bound excluded, summed over rows.</summary>
    public long Pruned { get; init; }

    /// <summary>Time in the assigner, summed over threads; validation not included.</summary>
    public TimeSpan TimeInAssign { get; init; }
}
