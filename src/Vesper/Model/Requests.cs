namespace Vesper;

/// <summary>A nearest-neighbour search.</summary>
public sealed record SearchRequest
{
    /// <summary>The query, of the field's dimensions; finite, and not zero under cosine.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>The vector field; may be left out where there is one, or one named "".</summary>
    public string? Field { get; init; }

    /// <summary>
    /// Results wanted (k), 1 to 65,536 with <see cref="Offset"/>. The result has min(k, matches) unless a threshold
    /// cuts it.
    /// </summary>
    public int Limit { get; init; } = 10;

    /// <summary>Best results passed over first, ≥ 0.</summary>
    public int Offset { get; init; }

    /// <summary>Only points that match; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>True compares every matching point: the exact answer.</summary>
    public bool Exact { get; init; }

    /// <summary>
    /// Candidates kept while walking a graph, 1 to 65,536; null takes <see cref="TargetRecall"/> or the field's
    /// default.
    /// </summary>
    public int? EfSearch { get; init; }

    /// <summary>
    /// Lists probed in an inverted file (nprobe), 1 to 65,536; null takes <see cref="TargetRecall"/> or the field's
    /// default.
    /// </summary>
    public int? Probes { get; init; }

    /// <summary>
    /// Share of the true nearest wanted, above 0 and below 1: each segment's own calibration picks the effort. Not with
    /// <see cref="EfSearch"/> or <see cref="Probes"/>.
    /// </summary>
    public double? TargetRecall { get; init; }

    /// <summary>The worst score still accepted, inclusive.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Whether results carry the payload.</summary>
    public bool WithPayload { get; init; } = true;

    /// <summary>Whether results carry the vectors.</summary>
    public bool WithVectors { get; init; }
}

/// <summary>A page of points in id order.</summary>
public sealed record ScrollRequest
{
    /// <summary>Points wanted, 1 to 100,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>
    /// Where to start, inclusive; null for the beginning. Take <see cref="ScrollPage.Next"/> of the page before.
    /// </summary>
    public PointId? From { get; init; }

    /// <summary>Only points that match; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Whether points carry the payload.</summary>
    public bool WithPayload { get; init; } = true;

    /// <summary>Whether points carry the vectors.</summary>
    public bool WithVectors { get; init; }
}

/// <summary>One page.</summary>
/// <param name="Points">In id order.</param>
/// <param name="Next">Id of the first point of the next page, or null at the end.</param>
public sealed record ScrollPage(IReadOnlyList<PointRecord> Points, PointId? Next);
