using System.Diagnostics;
using Vesper.Bench.Datasets;
using Vesper.Cli.Files;

namespace Vesper.Bench.Filtering;

/// <summary>How what a filter lets through relates to where the query lies.</summary>
internal enum Correlation
{
    /// <summary>Rows drawn at random.</summary>
    Uncorrelated,

    /// <summary>The rows around the query, along the direction in which rows differ most.</summary>
    Correlated,

    /// <summary>The rows farthest from the query, along that direction.</summary>
    AntiCorrelated,
}

/// <summary>Ranks that a filter lets through, from the first, which is in, to the last, which is out.</summary>
internal readonly record struct RankWindow(int From, int To)
{
    /// <summary>Whether a rank is in it.</summary>
    public bool Contains(int rank) => rank >= From && rank < To;
}

/// <summary>
/// Two ranks of each row, one random and one by where the row lies along the first principal component, and the window
/// of ranks that each query's filter lets through. Each rank occurs once, so a window's width is its selectivity.
/// </summary>
internal sealed class FilterWindows
{
    private readonly int[] _queryRanks;
    private readonly int[] _queryStarts;

    private FilterWindows(int[] random, int[] projected, int[] queryRanks, int[] queryStarts)
    {
        Debug.Assert(random.Length == projected.Length, "two ranks a row");
        RandomRanks = random;
        ProjectedRanks = projected;
        _queryRanks = queryRanks;
        _queryStarts = queryStarts;
    }

    /// <summary>A random order of the rows, by the seed.</summary>
    public int[] RandomRanks { get; }

    /// <summary>The order along the principal component.</summary>
    public int[] ProjectedRanks { get; }

    /// <summary>Ranks the rows of a data set.</summary>
    public static FilterWindows Of(Dataset dataset, int seed)
    {
        var component = PrincipalComponent.Of(dataset.BasePath, seed);
        var projections = new float[dataset.Rows];
        using (var file = RowFile.OpenVectors(dataset.BasePath))
        {
            var row = new float[dataset.Dimensions];
            for (var i = 0; i < projections.Length; i++)
            {
                file.Read(row.AsSpan());
                projections[i] = component.Project(row);
            }
        }

        var order = Enumerable.Range(0, dataset.Rows).ToArray();
        Array.Sort(projections, order);
        var projected = new int[dataset.Rows];
        foreach (var (rank, row) in order.Index())
        {
            projected[row] = rank;
        }

        var queryRanks = Enumerable.Range(0, dataset.QueryCount)
            .Select(query => RankOf(projections, component.Project(dataset.Query(query).Span)))
            .ToArray();
        var random = new Random(seed);
        var ranks = Enumerable.Range(0, dataset.Rows).ToArray();
        random.Shuffle(ranks);
        var starts = Enumerable.Range(0, dataset.QueryCount).Select(_ => random.Next(dataset.Rows)).ToArray();
        return new FilterWindows(ranks, projected, queryRanks, starts);
    }

    /// <summary>The rank by which a kind of filter selects.</summary>
    public int[] RanksOf(Correlation correlation) =>
        correlation == Correlation.Uncorrelated ? RandomRanks : ProjectedRanks;

    /// <summary>What a query's filter lets through.</summary>
    public RankWindow Window(Correlation correlation, int query, double selectivity)
    {
        var rows = RandomRanks.Length;
        var width = Math.Clamp((int)Math.Round(rows * selectivity), 1, rows);
        var from = correlation switch
        {
            Correlation.Uncorrelated => _queryStarts[query] % (rows - width + 1),
            Correlation.Correlated => Math.Clamp(_queryRanks[query] - (width / 2), 0, rows - width),
            _ => _queryRanks[query] < rows / 2 ? rows - width : 0,
        };
        return new RankWindow(from, from + width);
    }

    private static int RankOf(float[] sorted, float projection)
    {
        var at = Array.BinarySearch(sorted, projection);
        return Math.Min(at < 0 ? ~at : at, sorted.Length - 1);
    }
}
