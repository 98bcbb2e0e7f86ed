using Vesper.Query.Planning;

namespace Vesper.Tests.Query.Planning;

public sealed class SearchPlannerTests
{
    private const int Degree = 16;

    [Fact]
    public void An_exact_search_compares_everything()
    {
        Assert.Equal(SearchStrategy.ScanRows, SearchPlanner.Plan(Facts(1_000_000, null), effort: null));
        Assert.Equal(SearchStrategy.ScanMatches, SearchPlanner.Plan(Facts(1_000_000, 900_000), effort: null));
    }

    [Fact]
    public void Without_an_index_rows_are_scanned()
    {
        var facts = new SegmentFacts(1_000_000, 0, null, IndexCost.OfGraph(Degree));
        Assert.Equal(SearchStrategy.ScanRows, SearchPlanner.Plan(facts, effort: 64));
        Assert.Equal(SearchStrategy.ScanMatches, SearchPlanner.Plan(facts with { Matches = 900_000 }, effort: 64));
    }

    [Theory]
    [InlineData(100_000, null, 64, SearchStrategy.Index)]
    [InlineData(1_000, null, 64, SearchStrategy.ScanRows)]
    [InlineData(100_000, 0, 64, SearchStrategy.ScanMatches)]
    [InlineData(100_000, 100, 64, SearchStrategy.ScanMatches)]
    [InlineData(100_000, 80_000, 64, SearchStrategy.Index)]
    [InlineData(100_000, null, 10_000, SearchStrategy.ScanRows)]
    [InlineData(int.MaxValue, null, 65_536, SearchStrategy.Index)]
    public void The_cheaper_way_is_taken(int rows, int? matches, int effort, object strategy) =>
        Assert.Equal(strategy, SearchPlanner.Plan(Facts(rows, matches), effort));

    [Fact]
    public void Rows_outside_the_index_count_against_it()
    {
        var facts = new SegmentFacts(100_000, 100_000, null, IndexCost.OfGraph(Degree));
        Assert.Equal(SearchStrategy.Index, SearchPlanner.Plan(facts, effort: 64));
        Assert.Equal(SearchStrategy.ScanRows, SearchPlanner.Plan(facts with { IndexedRows = 1_000 }, effort: 64));
    }

    [Fact]
    public void More_matches_speak_for_the_index_and_more_effort_against_it()
    {
        const int Seed = 91;
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var rows = random.Next(1, 2_000_000);
            var cost = IndexCost.OfGraph(random.Next(2, 129));
            var facts = new SegmentFacts(rows, random.Next(rows + 1), random.Next(rows + 1), cost);
            var effort = random.Next(1, 2_000);
            if (SearchPlanner.Plan(facts, effort) != SearchStrategy.Index)
            {
                continue;
            }

            var more = facts with { Matches = random.Next(facts.Matches!.Value, rows + 1) };
            var why = $"seed {Seed}: {facts}, effort {effort}";
            Assert.True(SearchPlanner.Plan(more, effort) == SearchStrategy.Index, why);
            Assert.True(SearchPlanner.Plan(facts, random.Next(1, effort + 1)) == SearchStrategy.Index, why);
        }
    }

    private static SegmentFacts Facts(int rows, int? matches) => new(rows, rows, matches, IndexCost.OfGraph(Degree));
}
