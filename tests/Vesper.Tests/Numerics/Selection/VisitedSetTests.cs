using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Selection;

public sealed class VisitedSetTests
{
    [Fact]
    public void Each_walk_starts_unmarked_over_two_wraps_of_the_epoch()
    {
        var visited = new VisitedSet();
        for (int walk = 0; walk < 140_000; walk++)
        {
            visited.Begin(3);
            Assert.True(visited.Add(walk % 3), $"walk {walk}");
            Assert.False(visited.Add(walk % 3), $"walk {walk}");
        }
    }

    [Fact]
    public void A_mark_of_the_same_epoch_before_a_wrap_is_forgotten()
    {
        var visited = new VisitedSet();
        visited.Begin(2);
        Assert.True(visited.Add(1));
        for (int walk = 0; walk < ushort.MaxValue; walk++)
        {
            visited.Begin(2);
        }

        Assert.True(visited.Add(1));
    }

    [Fact]
    public void Growing_starts_unmarked()
    {
        var visited = new VisitedSet();
        visited.Begin(1);
        Assert.True(visited.Add(0));
        visited.Begin(1000);
        Assert.All(Enumerable.Range(0, 1000), ordinal => Assert.True(visited.Add(ordinal)));
        Assert.All(Enumerable.Range(0, 1000), ordinal => Assert.False(visited.Add(ordinal)));
        Assert.Throws<ArgumentOutOfRangeException>(() => visited.Begin(-1));
    }
}
