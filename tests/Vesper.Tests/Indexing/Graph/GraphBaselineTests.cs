using System.Globalization;
using System.Runtime.CompilerServices;
using Vesper.Indexing;
using Vesper.Indexing.Graph;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Graph;

/// <summary>
/// What a fixed graph does, as text beside this file: a change of the algorithm shows as a diff to be judged. Vectors
/// are integers, so that no order of summation matters and the numbers are the same on every machine.
/// </summary>
public sealed class GraphBaselineTests
{
    private const int Rows = 2_000;
    private const int Queries = 100;

    [Fact]
    public void Behaves_as_recorded()
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "GraphBaseline.txt");
        var found = Measure();
        var recorded = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (Environment.GetEnvironmentVariable("VESPER_RECORD") == "1")
        {
            File.WriteAllText(path, found);
            return;
        }

        Assert.True(recorded == found, $"Recorded:\n{recorded}\nFound (VESPER_RECORD=1 records it):\n{found}");
    }

    private static string Measure()
    {
        var data = new MixtureData(seed: 61, dimensions: 24);
        using var rows = new StoreFixture(Metric.L2, [.. Enumerable.Range(0, Rows).Select(_ => data.NextInteger())]);
        using var graph = new HnswGraph(new IndexOptions { M = 12, EfConstruction = 100 }, rows.Store, rows.Scope);
        for (var row = 0; row < Rows; row++)
        {
            graph.Insert(new Ordinal(row));
        }

        float[][] queries = [.. Enumerable.Range(0, Queries).Select(_ => data.NextInteger())];
        var lines = new List<string>
        {
            "# 2,000 integer vectors of 24 dimensions, L2, M 12, efConstruction 100; sums over 100 queries, k 10",
            "# ef filtered distances rounds recall",
        };
        var filter = new RowFilter(row => row % 10 == 3);
        foreach (var ef in new[] { 10, 40, 100 })
        {
            lines.Add(Line(rows, graph, queries, new IndexSearch(ef, null)));
            lines.Add(Line(rows, graph, queries, new IndexSearch(ef, filter)));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string Line(StoreFixture rows, HnswGraph graph, float[][] queries, in IndexSearch search)
    {
        var (distances, batches) = (0, 0);
        foreach (var query in queries)
        {
            using var scorer = new CountingScorer(rows.Store.ScorerFor(query));
            graph.Search(scorer, search, new TopK(10), TestContext.Current.CancellationToken);
            distances += scorer.Distances;
            batches += scorer.Batches;
        }

        var recall = rows.Recall(graph, queries, 10, search);
        var isFiltered = search.Filter is null ? "no" : "yes";
        return string.Create(
            CultureInfo.InvariantCulture, $"{search.Effort,4} {isFiltered,-3} {distances,8} {batches,7} {recall:F3}");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
