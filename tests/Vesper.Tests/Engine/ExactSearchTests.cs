namespace Vesper.Tests.Engine;

/// <summary>
/// Exact search where single precision cannot tell rows apart: the scores that are returned decide, then the ids.
/// </summary>
public sealed class ExactSearchTests
{
    [Theory]
    [InlineData(Metric.L2)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Manhattan)]
    public async Task It_is_what_sorting_all_scores_gives(Metric metric)
    {
        // Values of many sizes, duplicates, and rows that differ in the last bits only.
        var random = new Random(7);
        var close = TemporaryDatabase.Vector(random, 33);
        var vectors = Enumerable.Range(0, 3_000).Select(n =>
        {
            var vector = n % 3 == 0 ? (float[])close.Clone() : TemporaryDatabase.Vector(random, 33);
            vector[n % 33] = n % 5 == 0 ? MathF.BitIncrement(vector[n % 33]) : vector[n % 33];
            return vector;
        }).ToArray();
        await AssertExactAsync(metric, vectors, close, 100);
        await AssertExactAsync(metric, vectors, TemporaryDatabase.Vector(random, 33), 100);
    }

    [Fact]
    public async Task Equal_cosines_order_by_id() => await AssertExactAsync(
        Metric.Cosine, Vectors(2_000, n => [n * 0.3f, n * 0.7f, n * 1.1f]), [0.3f, 0.7f, 1.1f], 10);

    [Fact]
    public async Task Permutations_of_a_vector_are_equally_far_from_a_constant_one()
    {
        var random = new Random(8);
        var values = TemporaryDatabase.Vector(random, 64);
        var vectors = Vectors(2_000, _ =>
        {
            random.Shuffle(values);
            return [.. values];
        });
        await AssertExactAsync(Metric.L2, vectors, [.. Enumerable.Repeat(0.25f, 64)], 10);
    }

    [Fact]
    public async Task Terms_that_cancel_do_not_hide_the_small_one() => await AssertExactAsync(
        Metric.Dot, Vectors(1_000, n => [1, n / 1000f, 1]), [1e8f, 1, -1e8f], 3);

    [Fact]
    public async Task Products_that_overflow_to_both_sides_are_compared() => await AssertExactAsync(
        Metric.Dot, Vectors(1_000, n => [1e30f, n, 1e30f]), [1e30f, 1, -1e30f], 3);

    [Fact]
    public async Task Squares_that_overflow_are_compared() => await AssertExactAsync(
        Metric.L2, Vectors(1_000, n => [(1001 - n) * 1e20f, 0]), [0, 0], 3);

    [Fact]
    public async Task Squares_that_underflow_are_compared() => await AssertExactAsync(
        Metric.L2, Vectors(1_000, n => [(1001 - n) * 1e-30f, 0]), [0, 0], 3);

    private static float[][] Vectors(int count, Func<int, float[]> make) =>
        [.. Enumerable.Range(1, count).Select(make)];

    private static async Task AssertExactAsync(Metric metric, float[][] vectors, float[] query, int k)
    {
        using var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync();
        var options = TemporaryDatabase.Options(query.Length, metric, new SegmentOptions { MaxRows = 1_500 });
        var collection = await database.CreateCollectionAsync("docs", options);
        await collection.UpsertAsync([.. vectors.Select((vector, n) => new Point((ulong)n, vector))]);
        var all = collection.Search(new() { Vector = query, Exact = true, Limit = vectors.Length });
        var largerIsBetter = metric is Metric.Dot or Metric.Cosine;
        var expected = all
            .OrderBy(hit => largerIsBetter ? -(double)hit.Score : hit.Score).ThenBy(hit => hit.Id)
            .Take(k).Select(hit => (hit.Id, hit.Score));
        Assert.Equal(vectors.Length, all.Count);
        Assert.Equal(
            expected,
            collection.Search(new() { Vector = query, Exact = true, Limit = k }).Select(hit => (hit.Id, hit.Score)));
    }
}
