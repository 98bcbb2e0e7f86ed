using Vesper.Bench.Datasets;
using Vesper.Cli.Evaluation;

namespace Vesper.Bench.Sweeps;

/// <summary>Judges the ids that drivers found, by distance, the same for all.</summary>
internal sealed class RecallScore(Dataset dataset) : IDisposable
{
    private readonly BaseRows _base = new(dataset.BasePath, dataset.Dimensions);
    private readonly Dictionary<(int K, int Queries), RecallJudge> _judges = [];

    /// <summary>
    /// Mean recall@<paramref name="k"/> of rows of <paramref name="width"/> ids, of which the first k count.
    /// </summary>
    public double Mean(int[] ids, int width, int k)
    {
        var queries = ids.Length / width;
        var judge = JudgeOf(k, queries);
        var sum = 0.0;
        for (var query = 0; query < queries; query++)
        {
            sum += judge.Recall(query, Found(ids.AsSpan(query * width, k)));
        }

        return sum / queries;
    }

    /// <summary>Queries that gave another number of results than min(k, rows), or one twice.</summary>
    public int CountShort(int[] ids, int k) => ids.Chunk(k)
        .Count(row => row.Where(id => id >= 0).Distinct().Count() != Math.Min(k, dataset.Rows));

    /// <inheritdoc/>
    public void Dispose() => _base.Dispose();

    private static List<PointId> Found(ReadOnlySpan<int> ids)
    {
        var found = new List<PointId>(ids.Length);
        foreach (var id in ids)
        {
            if (id >= 0)
            {
                found.Add(new PointId((ulong)id));
            }
        }

        return found;
    }

    private RecallJudge JudgeOf(int k, int queries)
    {
        if (!_judges.TryGetValue((k, queries), out var judge))
        {
            judge = new RecallJudge(
                dataset.Metric, dataset.FirstQueries(queries), dataset.TruthOf(queries, k), _base.Read);
            _judges.Add((k, queries), judge);
        }

        return judge;
    }
}
