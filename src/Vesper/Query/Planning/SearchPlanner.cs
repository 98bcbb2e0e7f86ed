namespace Vesper.Query.Planning;

/// <summary>How one segment is searched.</summary>
internal enum SearchStrategy
{
    /// <summary>Compare every row.</summary>
    ScanRows,

    /// <summary>Compare the rows that the filter lets through.</summary>
    ScanMatches,

    /// <summary>Walk the index, and compare the rows it does not hold.</summary>
    Index,
}

/// <summary>What is known of a segment before it is searched.</summary>
/// <param name="Rows">Rows of the segment.</param>
/// <param name="IndexedRows">Rows the index holds; 0 for no index.</param>
/// <param name="Matches">Live rows that the filter lets through, or null without a filter.</param>
/// <param name="Degree">Links per node of the index.</param>
internal readonly record struct SegmentFacts(int Rows, int IndexedRows, int? Matches, int Degree);

/// <summary>Picks the cheapest way that keeps the promise of the request.</summary>
internal static class SearchPlanner
{
    // A row met by walking costs about as much as three met in sequence: its links, a random access, the candidate
    // pool.
    private const double WalkCost = 3;

    /// <summary>The strategy for one segment; costs are counted in distances.</summary>
    /// <param name="facts">The segment.</param>
    /// <param name="effort">Candidates the walk would keep, or null when only an exact search keeps the
    /// promise.</param>
    public static SearchStrategy Plan(in SegmentFacts facts, int? effort)
    {
        var scan = facts.Matches is null ? SearchStrategy.ScanRows : SearchStrategy.ScanMatches;
        if (effort is null || facts.IndexedRows == 0 || facts.Matches == 0)
        {
            return scan;
        }

        var selectivity = facts.Matches is { } matches ? matches / (double)facts.Rows : 1;
        var walkCost = WalkCost * effort.Value * facts.Degree / selectivity + (facts.Rows - facts.IndexedRows);
        return (facts.Matches ?? facts.Rows) <= walkCost ? scan : SearchStrategy.Index;
    }
}
