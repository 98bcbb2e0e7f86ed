using Vesper.Cli.Evaluation;

namespace Vesper.Hosts.Tests.Cli.Evaluation;

public sealed class RecallJudgeTests
{
    // Points on a line, id = place; 7 stands where 2 stands.
    private static readonly Dictionary<ulong, float[]> Line = new()
    {
        [0] = [0],
        [1] = [1],
        [2] = [2],
        [3] = [3],
        [4] = [4],
        [7] = [2],
    };

    [Fact]
    public void CountsTheTruthAndWhatIsAsNear()
    {
        var judge = Judge(Metric.L2, [[0f]], [0, 1, 2], 3);
        Assert.Equal(1, judge.Recall(0, Ids(0, 1, 2)));
        Assert.Equal(1, judge.Recall(0, Ids(7, 1, 0)));
        Assert.Equal(2 / 3.0, judge.Recall(0, Ids(0, 1, 3)));
        Assert.Equal(1 / 3.0, judge.Recall(0, Ids(0)));
        Assert.Equal(0, judge.Recall(0, Ids()));
    }

    [Fact]
    public void CountsAnIdOnceAndNeverMoreThanAreWanted()
    {
        var judge = Judge(Metric.L2, [[0f]], [0, 1, 2], 3);
        Assert.Equal(1 / 3.0, judge.Recall(0, Ids(0, 0, 0)));
        Assert.Equal(1, judge.Recall(0, Ids(0, 1, 2, 7)));
    }

    [Fact]
    public void FewerMatchesMakeASmallerDenominator()
    {
        var judge = Judge(Metric.Manhattan, [[0f], [0f]], [3, -1, -1, -1, -1, -1], 3);
        Assert.Equal((1, 0), (judge.Expected(0), judge.Expected(1)));
        Assert.Equal(1, judge.Recall(0, Ids(3)));
        Assert.Equal(0, judge.Recall(0, Ids(4)));
        Assert.Equal(1, judge.Recall(1, Ids()));
    }

    [Theory]
    [InlineData(1e-7, 1.0)]
    [InlineData(1e-5, 0.0)]
    public void TheToleranceIsOneMillionth(double excess, double recall)
    {
        float[][] vectors = [[1000f], [(float)(1000 + (1000 * excess))]];
        var judge = new RecallJudge(
            Metric.L2, [[0f]], new GroundTruth([0], 1), ids => [.. ids.Select(id => vectors[id.Number])]);
        Assert.Equal(recall, judge.Recall(0, Ids(1)));
    }

    [Theory]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.Cosine)]
    public void NegativeDistancesAndEqualDirectionsAreJudgedToo(Metric metric)
    {
        float[][] vectors = [[3, 4], [6, 8], [4, 3]];
        var judge = new RecallJudge(
            metric, [[3f, 4f]], new GroundTruth([0], 1), ids => [.. ids.Select(id => vectors[id.Number])]);
        Assert.Equal(1, judge.Recall(0, Ids(1)));
        Assert.Equal(0, judge.Recall(0, Ids(2)));
    }

    [Fact]
    public void PercentilesAreNearestRanks()
    {
        var run = new TimedRun([], [.. Enumerable.Range(1, 200).Select(i => (double)i)], 0, 1);
        Assert.Equal(
            (100, 190, 198, 200), (run.Percentile(0.5), run.Percentile(0.95), run.Percentile(0.99), run.Percentile(1)));
    }

    private static RecallJudge Judge(Metric metric, float[][] queries, int[] truth, int k) =>
        new(metric, queries, new GroundTruth(truth, k), ids => [.. ids.Select(id => Line[id.Number])]);

    private static PointId[] Ids(params ulong[] ids) => Array.ConvertAll(ids, id => new PointId(id));
}
