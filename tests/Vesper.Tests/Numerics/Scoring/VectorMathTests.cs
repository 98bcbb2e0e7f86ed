using Vesper.Numerics.Scoring;

namespace Vesper.Tests.Numerics.Scoring;

public sealed class VectorMathTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void The_first_element_that_is_not_finite_is_found_anywhere(float bad)
    {
        for (var length = 0; length < 70; length++)
        {
            var values = Enumerable.Range(0, length).Select(i => i % 3 == 0 ? float.MaxValue : -i).ToArray();
            Assert.Equal(-1, VectorMath.IndexOfNotFinite(values));
            for (var at = 0; at < length; at++)
            {
                var spoilt = (float[])values.Clone();
                spoilt[at] = spoilt[^1] = bad;
                Assert.Equal(at, VectorMath.IndexOfNotFinite(spoilt));
            }
        }
    }

    [Fact]
    public void Sums_take_every_tail()
    {
        for (var length = 0; length < 70; length++)
        {
            var left = Enumerable.Range(0, length).Select(i => i + 0.5f).ToArray();
            var right = Enumerable.Range(0, length).Select(i => 3f - i).ToArray();
            var into = new float[length];
            VectorMath.AddScaled(left, -2, right, into);
            Assert.Equal(left.Zip(right, (a, b) => a - (2 * b)), into);
        }
    }
}
