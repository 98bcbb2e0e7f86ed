using Vesper.Bench.Measuring;
using Vesper.Cli.Evaluation;

namespace Vesper.Bench.Datasets;

/// <summary>
/// A prepared data set: float32 rows in files that every driver reads, unit length under cosine, and the exact nearest
/// of each query.
/// </summary>
internal sealed class Dataset
{
    /// <summary>Ground truth per query.</summary>
    public const int TruthWidth = 100;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Names its content: the same key, the same rows, queries and metric.</summary>
    public required string Key { get; init; }

    /// <summary>How nearness is measured.</summary>
    public required Metric Metric { get; init; }

    /// <summary>Rows of the base.</summary>
    public required int Rows { get; init; }

    /// <summary>Components of a row.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Queries in use.</summary>
    public required int QueryCount { get; init; }

    /// <summary>The base, <c>.fbin</c>.</summary>
    public required string BasePath { get; init; }

    /// <summary>The queries, <c>.fbin</c>; may hold more than are in use.</summary>
    public required string QueryPath { get; init; }

    /// <summary>The queries in use, row after row.</summary>
    public required float[] Queries { get; init; }

    /// <summary>
    /// Row numbers of the <see cref="TruthWidth"/> nearest of each query in use, −1 where there are fewer rows.
    /// </summary>
    public required int[] Truth { get; init; }

    /// <summary>For the results.</summary>
    public DatasetFacts Facts => new(Name, Rows, Dimensions, MetricName, QueryCount);

    /// <summary>The metric as drivers take it.</summary>
    public string MetricName => Metric.ToString().ToLowerInvariant();

    /// <summary>One query.</summary>
    public ReadOnlyMemory<float> Query(int index) => Queries.AsMemory(index * Dimensions, Dimensions);

    /// <summary>The first queries, each an array of its own.</summary>
    public IReadOnlyList<float[]> FirstQueries(int count) =>
        [.. Enumerable.Range(0, count).Select(index => Query(index).ToArray())];

    /// <summary>The first <paramref name="k"/> columns of the truth of the first queries.</summary>
    public GroundTruth TruthOf(int queries, int k) => Truths.Cut(Truth, TruthWidth, queries, k);
}
