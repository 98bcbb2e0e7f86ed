namespace Vesper.Bench.Experiments.Mixed;

/// <summary>What a mixed load does, and for how long.</summary>
internal sealed record MixedPlan
{
    /// <summary>Threads that search, one search after the other.</summary>
    public required int SearchThreads { get; init; }

    /// <summary>Results of a search.</summary>
    public int K { get; init; } = 10;

    /// <summary>Points inserted and points deleted in a second, together.</summary>
    public int PointsPerSecond { get; init; } = 1_000;

    /// <summary>Points of one write; after each insertion as many are deleted.</summary>
    public int BatchPoints { get; init; } = 10;

    /// <summary>Time of one window, the unit that figures are given for.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Windows before writing begins.</summary>
    public required int Before { get; init; }

    /// <summary>Windows while writing.</summary>
    public required int During { get; init; }

    /// <summary>Windows after writing, and again after the collection has settled.</summary>
    public required int After { get; init; }
}
