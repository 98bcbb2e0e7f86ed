using Vesper.Segments;

namespace Vesper.Tests.Segments;

public sealed class MergePolicyTests
{
    private const int Largest = MergePolicy.LargestRows;

    [Fact]
    public void Nothing_is_asked_of_nothing_or_of_one_sound_segment()
    {
        Assert.Empty(MergePolicy.Pick([], resting: true));
        Assert.Empty(MergePolicy.Pick([Sound(1)], resting: true));
        Assert.Empty(MergePolicy.Pick([Sound(3_000_000), Sound(Largest)], resting: true));
    }

    [Fact]
    public void While_writes_go_on_four_of_like_size_are_merged_and_fewer_are_not()
    {
        Assert.Empty(MergePolicy.Pick([Sound(20_000), Sound(20_000), Sound(20_000)], resting: false));
        Assert.Equal([0, 1, 2, 4], MergePolicy.Pick(
            [Sound(20_000), Sound(20_000), Sound(20_000), Sound(200_000), Sound(20_000)], resting: false).Order());
    }

    [Fact]
    public void The_smallest_full_tier_goes_first()
    {
        var large = Enumerable.Repeat(Sound(150_000), 4);
        var small = Enumerable.Repeat(Sound(1_000), 4);
        Assert.Equal([4, 5, 6, 7], MergePolicy.Pick([.. large, .. small], resting: false).Order());
    }

    [Fact]
    public void The_segment_with_most_indexed_rows_is_extended_and_the_others_keep_their_order()
    {
        var shapes = new[]
        {
            Sound(24_000) with { Unindexed = 24_000 },
            Sound(10_000),
            Sound(20_000),
            Sound(15_000) with { Unindexed = 1 },
        };
        Assert.Equal([2, 0, 1, 3], MergePolicy.Pick(shapes, resting: false));
    }

    [Theory]
    [InlineData(10_000, 2_000, 0, false, true)]
    [InlineData(10_000, 1_000, 1_000, false, true)]
    [InlineData(10_000, 1_999, 0, false, false)]
    [InlineData(1_000, 900, 0, false, false)]
    [InlineData(1_000, 200, 0, true, true)]
    [InlineData(1_000, 199, 0, true, false)]
    [InlineData(0, 0, 0, true, false)]
    [InlineData(2_000_000_000, 400_000_000, 0, false, true)]
    public void A_fifth_dead_or_changed_is_rewritten_alone(int rows, int dead, int changed, bool resting, bool expected)
    {
        var picked = MergePolicy.Pick([Sound(5_000_000), new SegmentShape(rows, dead, changed, 0)], resting);
        Assert.Equal(expected ? [1] : [], picked.Where(at => at == 1 && picked.Count == 1));
    }

    [Fact]
    public void Dead_rows_may_stay_below_a_fifth()
    {
        Assert.True(MergePolicy.MayKeepDead(100, 19));
        Assert.False(MergePolicy.MayKeepDead(100, 20));
        Assert.False(MergePolicy.MayKeepDead(0, 0));
        Assert.False(MergePolicy.MayKeepDead(2_000_000_000, 500_000_000));
    }

    [Fact]
    public void Missing_payload_indexes_wait_for_rest()
    {
        var shapes = new[] { Sound(1_000) with { LacksIndexes = true } };
        Assert.Empty(MergePolicy.Pick(shapes, resting: false));
        Assert.Equal([0], MergePolicy.Pick(shapes, resting: true));
    }

    [Fact]
    public void Missing_graph_rows_wait_for_rest_and_for_merging()
    {
        var shapes = new[] { Sound(5_000_000), Sound(6_000_000) with { Unindexed = 5 } };
        Assert.Empty(MergePolicy.Pick(shapes, resting: false));
        Assert.Equal([1], MergePolicy.Pick(shapes, resting: true));
    }

    [Fact]
    public void At_rest_small_segments_join_the_largest_only_when_they_amount_to_a_quarter_of_it()
    {
        Assert.Equal([0, 1, 2], MergePolicy.Pick([Sound(100_000), Sound(20_000), Sound(5_000)], resting: true));
        Assert.Equal([1, 2], MergePolicy.Pick([Sound(100_000), Sound(10_000), Sound(5_000)], resting: true));
        Assert.Empty(MergePolicy.Pick([Sound(100_000), Sound(10_000)], resting: true));
    }

    [Fact]
    public void A_merge_never_grows_beyond_the_largest_segment()
    {
        var shapes = Enumerable.Repeat(Sound(3_900_000), 6).ToArray();
        Assert.Empty(MergePolicy.Pick(shapes, resting: false));
        Assert.Equal(2, MergePolicy.Pick(shapes, resting: true).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rewriting_what_is_asked_for_comes_to_an_end(bool resting)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var shapes = Enumerable.Range(0, random.Next(1, 40)).Select(_ => Any(random)).ToList();
            var rounds = 0;
            while (MergePolicy.Pick(shapes, resting) is { Count: > 0 } picked)
            {
                Rewrite(shapes, picked, resting, $"seed {seed}");
                Assert.True(++rounds <= 100, $"seed {seed}: still rewriting {string.Join(", ", shapes)}");
            }

            if (resting)
            {
                CheckSettled(shapes, $"seed {seed}");
            }
        }
    }

    private static void CheckSettled(List<SegmentShape> shapes, string seed)
    {
        Assert.All(shapes, shape => Assert.True(shape is { Unindexed: 0, LacksIndexes: false }, seed));
        Assert.All(shapes, shape => Assert.True((shape.Dead + shape.Changed) * 5 < Math.Max(1, shape.Rows), seed));
        Assert.True(shapes.Count(shape => shape.Rows < Largest / 2) <= 2, seed);
    }

    private static void Rewrite(List<SegmentShape> shapes, IReadOnlyList<int> picked, bool resting, string seed)
    {
        Assert.Equal(picked.Count, picked.Distinct().Count());
        var sources = picked.Select(at => shapes[at]).ToArray();
        Assert.True(picked.Count == 1 || sources.Sum(source => (long)source.Rows) <= Largest, seed);
        var kept = MergePolicy.MayKeepDead(sources[0].Rows, sources[0].Dead) ? sources[0].Dead : 0;
        var rows = sources.Sum(source => source.Rows - source.Dead) + kept;
        var unindexed = resting ? 0 : rows - Math.Min(rows, sources[0].Rows - sources[0].Unindexed);
        foreach (var at in picked.OrderDescending())
        {
            shapes.RemoveAt(at);
        }

        if (rows > 0)
        {
            shapes.Add(new SegmentShape(rows, kept, 0, unindexed));
        }
    }

    private static SegmentShape Any(Random random)
    {
        var rows = (int)Math.Pow(10, random.NextDouble() * 6.9);
        var dead = random.Next(3) == 0 ? random.Next(rows + 1) : 0;
        var changed = random.Next(3) == 0 ? random.Next(rows + 1) : 0;
        var unindexed = random.Next(2) * random.Next(rows + 1);
        return new SegmentShape(rows, dead, changed, unindexed) { LacksIndexes = random.Next(4) == 0 };
    }

    private static SegmentShape Sound(int rows) => new(rows, 0, 0, 0);
}
