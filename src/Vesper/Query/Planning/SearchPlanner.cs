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
/// <param name="Cost">What a search of the index costs.</param>
internal readonly record struct SegmentFacts(int Rows, int IndexedRows, int? Matches, IndexCost Cost);

/// <summary>What a search of an index costs, counted in distances of rows that lie in sequence.</summary>
/// <param name="Fixed">Whatever the effort.</param>
/// <param name="PerEffort">For each unit of effort.</param>
internal readonly record struct IndexCost(double Fixed, double PerEffort)
{
    // A row met by walking costs about as much as three met in sequence: its links, a random access, the candidate
    // pool.
    private const double WalkedRow = 3;

    // Codes are a fraction of a vector, and lie in sequence.
    private const double ScannedCode = 0.25;

    /// <summary>Of the index that a field's options ask for, over so many rows.</summary>
    public static IndexCost Of(IndexOptions options, int rows) => options.Kind == IndexKind.Ivf
        ? OfInverted(rows, options.Ivf.ListsFor(rows))
        : OfGraph(options.M);

    /// <summary>Of a graph, whose effort is the candidates kept.</summary>
    public static IndexCost OfGraph(int degree) => new(0, WalkedRow * degree);

    /// <summary>Of an inverted file, whose effort is the lists probed.</summary>
    public static IndexCost OfInverted(int rows, int lists) => new(lists, ScannedCode * rows / lists);
}

/// <summary>Picks the cheapest way that keeps the promise of the request.</summary>
internal static class SearchPlanner
{
    /// <summary>The strategy for one segment.</summary>
    /// <param name="facts">The segment.</param>
    /// <param name="effort">Candidates a walk would keep or lists a scan would probe, or null when only an exact search
    /// keeps the promise.</param>
    public static SearchStrategy Plan(in SegmentFacts facts, int? effort)
    {
        var scan = facts.Matches is null ? SearchStrategy.ScanRows : SearchStrategy.ScanMatches;
        if (effort is null || facts.IndexedRows == 0 || facts.Matches == 0)
        {
            return scan;
        }

        var selectivity = facts.Matches is { } matches ? matches / (double)facts.Rows : 1;
        var searched = facts.Cost.Fixed + (effort.Value * facts.Cost.PerEffort / selectivity);
        return (facts.Matches ?? facts.Rows) <= searched + (facts.Rows - facts.IndexedRows)
            ? scan
            : SearchStrategy.Index;
    }
}
