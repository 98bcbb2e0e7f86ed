using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Parts;

/// <summary>What a reader must know with the figures of an experiment.</summary>
internal static class ExperimentFacts
{
    /// <summary>A list of sentences, or nothing.</summary>
    public static IEnumerable<Block> Of(ResultSet results, string experiment)
    {
        var facts = results.FactsOf(one => one.Experiment == experiment).ToArray();
        if (facts.Length > 0)
        {
            var hasOneEngine = facts.Select(pair => pair.Engine).Distinct().Count() == 1;
            yield return new Details(
                "What to know with these figures",
                [new Bullets([.. facts.Select(pair => hasOneEngine ? pair.Fact : $"{pair.Engine}: {pair.Fact}")])],
                IsInMarkdown: true);
        }
    }
}
