using Vesper.Indexing;
using Vesper.Indexing.Graph;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Graph;

public sealed class GraphAllocationTests
{
    [Fact]
    public void A_warm_search_allocates_nothing()
    {
        var data = new MixtureData(seed: 51, dimensions: 16);
        using var rows = new StoreFixture(Metric.Cosine, data.Take(2_000));
        using var graph = new HnswGraph(new IndexOptions { M = 8, EfConstruction = 40 }, rows.Store, rows.Scope);
        for (var row = 0; row < 2_000; row++)
        {
            graph.Insert(new Ordinal(row));
        }

        var queries = data.Take(20);
        var filter = BitmapFilter.Share(new Random(51), 2_000, 0.1);
        var top = new TopK(10);
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            // The least of several rounds: tests beside this one may take the pooled memory away now and then.
            var before = GC.GetAllocatedBytesForCurrentThread();
            SearchAll(rows, graph, queries, top, filter);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static void SearchAll(
        StoreFixture rows, HnswGraph graph, float[][] queries, TopK top, IOrdinalFilter filter)
    {
        foreach (var query in queries)
        {
            using var scorer = rows.Store.ScorerFor(query);
            top.Reset(10);
            graph.Search(scorer, new IndexSearch(60, null), top, default);
            top.Reset(10);
            graph.Search(scorer, new IndexSearch(60, filter), top, default);
            top.Reset(10);
            graph.Search(scorer, new IndexSearch(60, null, 1_000), top, default);
        }
    }
}
