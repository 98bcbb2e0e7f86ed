namespace Vesper.Tests.Model;

public sealed class LimitsTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0.a_B-c")]
    public void NamesAreAccepted(string name) => Limits.RequireName("collection", name);

    [Theory]
    [InlineData("")]
    [InlineData("_a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a\n")]
    [InlineData(null)]
    public void OtherNamesAreRefused(string? name)
    {
        var error = Assert.Throws<SchemaException>(() => Limits.RequireName("collection", name!));
        Assert.Equal("collection", error.Field);
    }

    [Fact]
    public void NamesAreLimited()
    {
        Limits.RequireName("collection", new string('a', 128));
        Assert.Throws<LimitExceededException>(() => Limits.RequireName("collection", new string('a', 129)));
    }
}
