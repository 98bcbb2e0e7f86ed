namespace Vesper.Bench;

/// <summary>What the command line said.</summary>
internal sealed record BenchOptions
{
    /// <summary>Repeats unless the command line says otherwise.</summary>
    public const int DefaultRepeat = 3;

    /// <summary>Queries of each set unless the command line says otherwise.</summary>
    public const int DefaultQueries = 1_000;

    /// <summary>Folder of the known data sets, or null.</summary>
    public string? DataRoot { get; init; }

    /// <summary>Names of data sets: known ones, or <c>uniform</c>, <c>mixture</c>, <c>duplicates</c>, ….</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>Base vectors of the user's own, instead of a named data set.</summary>
    public string? BaseFile { get; init; }

    /// <summary>Queries of the user's own.</summary>
    public string? QueryFile { get; init; }

    /// <summary>Ground truth of the user's own; computed exactly and kept when left out.</summary>
    public string? TruthFile { get; init; }

    /// <summary>Metric of the user's own data.</summary>
    public Metric Metric { get; init; } = Metric.L2;

    /// <summary>Rows to take of each base, or null for all; the truth is computed again.</summary>
    public int? Limit { get; init; }

    /// <summary>Queries to take of each set.</summary>
    public int Queries { get; init; } = DefaultQueries;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Thread counts to measure at; empty takes one and all.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [];

    /// <summary>Repeats of each point, ≥ 1.</summary>
    public int Repeat { get; init; } = DefaultRepeat;

    /// <summary>True when the command line did not say how often to repeat.</summary>
    public bool RepeatIsDefault { get; init; }

    /// <summary>Peers by name; empty for none.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>A Python whose FAISS is measured, instead of Debian's.</summary>
    public string? FaissPython { get; init; }

    /// <summary>Where prepared data and built indexes are kept.</summary>
    public required string Cache { get; init; }

    /// <summary>The file that JSON lines are appended to.</summary>
    public required string Out { get; init; }

    /// <summary>Tiny data and one repeat: does everything run?</summary>
    public bool Smoke { get; init; }
}
