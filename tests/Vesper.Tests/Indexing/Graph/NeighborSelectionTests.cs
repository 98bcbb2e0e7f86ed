using Vesper.Indexing.Graph;
using Vesper.Indexing.Graph.Building;
using Vesper.Indexing.Graph.Walking;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Graph;

public sealed class NeighborSelectionTests
{
    [Fact]
    public void Chooses_as_the_paper_says_one_by_one()
    {
        const int Seed = 31;
        var data = new MixtureData(Seed, dimensions: 3, clusters: 4);
        using var rows = new StoreFixture(Metric.L2, [.. Enumerable.Range(0, 300).Select(_ => data.NextInteger())]);
        var random = new Random(Seed);
        var selection = new NeighborSelection();
        for (var round = 0; round < 100; round++)
        {
            var node = random.Next(300);
            var candidates = Candidates(rows, node, random.Next(1, 80), random);
            var limit = random.Next(1, 20);
            var pinned = candidates.Select(_ => random.Next(12) == 0).ToArray();
            limit = Math.Max(limit, pinned.Count(one => one));
            selection.Choose(rows.Store, candidates, pinned, limit);
            Assert.Equal(Reference(rows, candidates, pinned, limit), selection.Chosen);
        }
    }

    [Fact]
    public void Keeps_one_copy_and_the_other_directions()
    {
        float[] here = [0, 0], east = [5, 0], north = [0, 6];
        using var rows = new StoreFixture(Metric.L2, [here, here, here, here, east, east, north]);
        var selection = new NeighborSelection();
        selection.Choose(rows.Store, Candidates(rows, 0, [1, 2, 3, 4, 5, 6]), [], 10);
        Assert.Equal([1, 4, 6], selection.Chosen);
    }

    /// <summary>The definition: nearest first, each compared with all that are chosen.</summary>
    private static List<int> Reference(StoreFixture rows, ulong[] candidates, bool[] pinned, int limit)
    {
        var chosen = new List<ulong>();
        var reserved = pinned.Count(one => one);
        for (var i = 0; i < candidates.Length && chosen.Count < limit; i++)
        {
            var isFree = !pinned[i];
            var hasRoom = chosen.Count + reserved < limit;
            if (isFree && (!hasRoom || chosen.Exists(one => MakesRedundant(rows, one, candidates[i]))))
            {
                continue;
            }

            reserved -= isFree ? 0 : 1;
            chosen.Add(candidates[i]);
        }

        return [.. chosen.Select(CandidateKey.Ordinal)];
    }

    private static bool MakesRedundant(StoreFixture rows, ulong chosen, ulong candidate)
    {
        var between = Distance(rows, CandidateKey.Ordinal(chosen), CandidateKey.Ordinal(candidate));
        var toNode = CandidateKey.Distance(candidate);
        return between < toNode || (between == toNode && CandidateKey.Distance(chosen) == toNode);
    }

    private static ulong[] Candidates(StoreFixture rows, int node, int count, Random random)
    {
        var others = Enumerable.Range(0, rows.Store.Count).Where(other => other != node).ToArray();
        random.Shuffle(others);
        return Candidates(rows, node, others[..count]);
    }

    private static ulong[] Candidates(StoreFixture rows, int node, int[] others) =>
        [.. others.Select(other => CandidateKey.Of(Distance(rows, node, other), other)).Order()];

    private static float Distance(StoreFixture rows, int one, int other)
    {
        using var scorer = rows.Store.ScorerFor(new Ordinal(one));
        var distance = new float[1];
        scorer.Score([new Ordinal(other)], distance);
        return distance[0];
    }
}
