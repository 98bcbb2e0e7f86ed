using Vesper.Indexing;
using Vesper.Indexing.Graph;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Graph;

public sealed class GraphConnectivityTests
{
    public static TheoryData<string, int, int> Shapes => new()
    {
        { "mixture", 4, 20 },
        { "identical", 2, 4 },
        { "identical", 16, 200 },
        { "copies", 4, 30 },
        { "star", 2, 8 },
        { "star", 4, 16 },
        { "line", 2, 2 },
        { "line falling", 3, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_node_is_reached(string shape, int m, int efConstruction)
    {
        using var rows = new StoreFixture(Metric.L2, Rows(shape));
        var options = new IndexOptions { M = m, EfConstruction = efConstruction };
        using var graph = new HnswGraph(options, rows.Store, rows.Scope);
        for (var row = 0; row < rows.Store.Count; row++)
        {
            graph.Insert(new Ordinal(row));
        }

        Assert.Empty(Problems(graph));
        var all = new IndexSearch(rows.Store.Count, null);
        Assert.Equal(rows.Store.Count, rows.Search(graph, Rows(shape)[0], rows.Store.Count, all).Length);
    }

    [Theory]
    [InlineData("mixture")]
    [InlineData("identical")]
    [InlineData("star")]
    public void Every_node_is_reached_after_concurrent_inserts(string shape)
    {
        using var rows = new StoreFixture(Metric.L2, Rows(shape));
        using var graph = new HnswGraph(new IndexOptions { M = 3, EfConstruction = 12 }, rows.Store, rows.Scope);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        Parallel.For(0, rows.Store.Count, parallel, row => graph.Insert(new Ordinal(row)));
        Assert.Empty(Problems(graph));
    }

    [Fact]
    public void A_damaged_tree_or_link_is_reported()
    {
        using var rows = new StoreFixture(Metric.L2, Rows("mixture"));
        var links = new GraphLinks(4, rows.Scope);
        for (var node = 0; node < 4; node++)
        {
            links.Add(node, 0);
        }

        links.List(0, 0)[0] = 1;
        links.List(0, 1)[0] = 0;
        links.List(0, 1)[1] = 9;
        links.SetParent(1, 0);
        links.SetParent(2, 1);
        var problems = new List<string>();
        GraphCheck.Run(links, new EntryPoint(0, 0), 4, problems.Add);
        Assert.Contains("node 1, layer 0: a link to 9, of 4 nodes", problems);
        Assert.Contains("node 2 and its parent 1 are not linked both ways", problems);
        Assert.Contains("2 nodes have no parent", problems);
        links.List(0, 1)[1] = GraphLinks.End;
        problems.Clear();
        GraphCheck.Run(links, new EntryPoint(3, 0), 4, problems.Add);
        Assert.NotEmpty(problems);
        links.Dispose();
    }

    private static List<string> Problems(HnswGraph graph)
    {
        var problems = new List<string>();
        graph.Check(problems.Add);
        return problems;
    }

    private static float[][] Rows(string shape)
    {
        const int Count = 1_500;
        var data = new MixtureData(seed: 41, dimensions: 4);
        var distinct = data.Take(Count);
        return shape switch
        {
            "mixture" => distinct,
            "identical" => [.. Enumerable.Repeat(distinct[0], Count)],
            "copies" => [.. Enumerable.Range(0, Count).Select(i => distinct[i / 16])],
            "star" => Star(Count),
            "line" => [.. Enumerable.Range(0, Count).Select(i => new float[] { i, 0, 0, 0 })],
            "line falling" => [.. Enumerable.Range(0, Count).Select(i => new float[] { 1 / (1f + i), 0, 0, 0 })],
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "No such shape."),
        };
    }

    /// <summary>
    /// A few rows in the middle that are nearest to all others, which are far from each other: hubs without room.
    /// </summary>
    private static float[][] Star(int count)
    {
        const int Arms = 300;
        var rows = new float[Math.Min(count, Arms)][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new float[Arms];
            rows[i][i] = i < 10 ? 0.01f : 100;
        }

        return rows;
    }
}
