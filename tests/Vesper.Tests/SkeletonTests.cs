public sealed class SkeletonTests
{
    [Fact]
    public void Builds() => Assert.Equal(3, 1 + 2);
}
