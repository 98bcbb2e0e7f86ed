using System.Text.Json.Nodes;

namespace Vesper.Tests.Query.Filters;

public sealed class FilterJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"must":[{"key":"a.b","match":{"value":"x"}}]}""")]
    [InlineData("""{"should":[{"key":"a","match":{"any":["x",1,2.5,true]}},{"key":"a","match":{"except":[]}}]}""")]
    [InlineData("""{"must_not":[{"is_empty":{"key":"a"}},{"is_null":{"key":"a"}},{"exists":{"key":"a"}}]}""")]
    [InlineData("""{"min_should":{"conditions":[{"has_id":[1,"x"]}],"min_count":1}}""")]
    [InlineData("""{"has_id":["00000000-0000-0000-0000-000000000001"]}""")]
    [InlineData("""{"key":"n","range":{"gt":-1,"gte":9007199254740993,"lt":1.5E+300,"lte":0.1}}""")]
    [InlineData("""{"key":"d","range":{"gte":"2024-02-29T12:30:00.25Z"}}""")]
    [InlineData("""{"must":[{"must":[{"key":"é","match":{"value":"\""}}],"should":[{}],"must_not":[{}]}]}""")]
    public void TextComesBack(string json)
    {
        var filter = Filter.Parse(json);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(filter.ToString())), filter.ToString());
        Assert.Equal(filter, Filter.Parse(filter.ToString()));
        Assert.Equal(filter.GetHashCode(), Filter.Parse(filter.ToString()).GetHashCode());
    }

    [Fact]
    public void RandomFiltersComeBack()
    {
        var generator = new RandomFilters(99);
        for (var i = 0; i < 500; i++)
        {
            var filter = Filter.Parse(generator.Filter().ToJsonString());
            Assert.Equal(filter, Filter.Parse(filter.ToString()));
        }
    }

    [Fact]
    public void FactoriesBuildTheJsonForm()
    {
        var when = new DateTimeOffset(2024, 2, 29, 13, 30, 0, TimeSpan.FromHours(1));
        var filter = (Filter.Match("a", 1) & Filter.Match("b", 1.0) & !Filter.Match("c", true))
            | Filter.AtLeast(2, Filter.MatchAny("d", "x", "y"), Filter.MatchExcept("e", 1, 2), Filter.HasId(7, "x"))
            | Filter.Must(Filter.Range("f", gt: 1, lte: 2.5), Filter.DateRange("g", lt: when), Filter.IsNull("h[].i"));
        const string Json = """
            {"should":[
              {"should":[
                {"must":[
                  {"must":[{"key":"a","match":{"value":1}},{"key":"b","match":{"value":1}}]},
                  {"must_not":[{"key":"c","match":{"value":true}}]}]},
                {"min_should":{"conditions":[
                  {"key":"d","match":{"any":["x","y"]}},
                  {"key":"e","match":{"except":[1,2]}},
                  {"has_id":[7,"x"]}],"min_count":2}}]},
              {"must":[
                {"key":"f","range":{"gt":1,"lte":2.5}},
                {"key":"g","range":{"lt":"2024-02-29T12:30:00Z"}},
                {"is_null":{"key":"h.i"}}]}]}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json), JsonNode.Parse(filter.ToString())), filter.ToString());
    }

    [Theory]
    [InlineData("""{"must":{"key":"a","match":{"value":1}}}""", """{"must":[{"key":"a","match":{"value":1}}]}""")]
    [InlineData("""{"must":null,"should":[],"min_should":null}""", "{}")]
    [InlineData("""{"key":"a[].b[]","match":{"value":1},"range":null}""", """{"key":"a.b","match":{"value":1}}""")]
    [InlineData("""{"key":"a","range":{"gt":1.0,"lt":null}}""", """{"key":"a","range":{"gt":1}}""")]
    [InlineData("""{"key":"a","range":{"gt":"2024-01-01t01:00:00+01:00"}}""",
        """{"key":"a","range":{"gt":"2024-01-01T00:00:00Z"}}""")]
    public void LooserFormsAreRead(string json, string same) => Assert.Equal(Filter.Parse(same), Filter.Parse(json));

    [Theory]
    [InlineData("", "filter", "JSON")]
    [InlineData("{", "filter", "JSON")]
    [InlineData("[]", "$", "object")]
    [InlineData("7", "$", "object")]
    [InlineData("""{"must":[],"must":[]}""", "filter", "JSON")]
    [InlineData("""{"must":7}""", "$.must", "array")]
    [InlineData("""{"must":[{},7]}""", "$.must[1]", "object")]
    [InlineData("""{"musst":[]}""", "$.musst", "known")]
    [InlineData("""{"must":[],"key":"a"}""", "$.must", "key")]
    [InlineData("""{"key":"a"}""", "$", "match or range")]
    [InlineData("""{"key":7,"match":{"value":1}}""", "$.key", "string")]
    [InlineData("""{"key":"","match":{"value":1}}""", "$.key", "keys")]
    [InlineData("""{"key":"a..b","match":{"value":1}}""", "$.key", "dots")]
    [InlineData("""{"key":"a","match":1}""", "$.match", "object")]
    [InlineData("""{"key":"a","match":{}}""", "$.match", "value, any or except")]
    [InlineData("""{"key":"a","match":{"text":"x"}}""", "$.match.text", "known")]
    [InlineData("""{"key":"a","match":{"value":null}}""", "$.match.value", "null")]
    [InlineData("""{"key":"a","match":{"value":1e999}}""", "$.match.value", "range")]
    [InlineData("""{"key":"a","match":{"value":"\ud800"}}""", "$.match.value", "Unicode")]
    [InlineData("""{"key":"a","match":{"value":1,"any":[]}}""", "$.match.any", "beside")]
    [InlineData("""{"key":"a","match":{"any":[1,[2]]}}""", "$.match.any[1]", "array")]
    [InlineData("""{"key":"a","match":{"value":1},"range":{"gt":1}}""", "$", "both")]
    [InlineData("""{"key":"a","range":{}}""", "$.range", "at least one")]
    [InlineData("""{"key":"a","range":{"ge":1}}""", "$.range.ge", "known")]
    [InlineData("""{"key":"a","range":{"gt":1,"lt":"2024-01-01T00:00:00Z"}}""", "$.range.lt", "number")]
    [InlineData("""{"key":"a","range":{"gt":"yesterday"}}""", "$.range.gt", "RFC 3339")]
    [InlineData("""{"is_empty":"a"}""", "$.is_empty", "object")]
    [InlineData("""{"is_null":{"key":"a","x":1}}""", "$.is_null.x", "beside")]
    [InlineData("""{"exists":{}}""", "$.exists", "key")]
    [InlineData("""{"has_id":1}""", "$.has_id", "array")]
    [InlineData("""{"has_id":[1.5]}""", "$.has_id[0]", "64-bit")]
    [InlineData("""{"has_id":[-1]}""", "$.has_id[0]", "64-bit")]
    [InlineData("""{"has_id":[""]}""", "$.has_id[0]", "empty")]
    [InlineData("""{"min_should":{"conditions":[]}}""", "$.min_should", "min_count")]
    [InlineData("""{"min_should":{"conditions":[],"min_count":-1}}""", "$.min_should.min_count", "0 or more")]
    [InlineData("""{"must":[{"nested":{}}]}""", "$.must[0].nested", "known")]
    public void BadFiltersNameThePlace(string json, string place, string word)
    {
        var error = Assert.Throws<SchemaException>(() => Filter.Parse(json));
        Assert.EndsWith(place, error.Field, StringComparison.Ordinal);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LimitsAreNamed()
    {
        static string Nested(int depth) =>
            string.Concat(Enumerable.Repeat("{\"must\":[", depth - 1)) + "{}"
            + string.Concat(Enumerable.Repeat("]}", depth - 1));
        static string Wide(int nodes) => "{\"must\":[" + string.Join(",", Enumerable.Repeat("{}", nodes - 1)) + "]}";

        Assert.Equal(Limits.FilterDepth, Filter.Parse(Nested(Limits.FilterDepth)).Depth);
        Assert.Equal(Limits.FilterNodes, Filter.Parse(Wide(Limits.FilterNodes)).Nodes);
        var deep = Assert.Throws<LimitExceededException>(() => Filter.Parse(Nested(Limits.FilterDepth + 1)));
        Assert.Equal(Limits.FilterDepth, deep.Maximum);
        Assert.Contains("$.must[0]", deep.Limit, StringComparison.Ordinal);
        Assert.Throws<LimitExceededException>(() => Filter.Parse(Nested(5_000)));
        var wide = Assert.Throws<LimitExceededException>(() => Filter.Parse(Wide(Limits.FilterNodes + 1)));
        Assert.Contains("$.must[1023]", wide.Limit, StringComparison.Ordinal);
        var ids = string.Join(",", Enumerable.Repeat("1", Limits.FilterValues + 1));
        Assert.Throws<LimitExceededException>(() => Filter.Parse($$"""{"has_id":[{{ids}}]}"""));
        Assert.Throws<LimitExceededException>(() => Filter.Parse("{\"key\":\"a\",\"match\":{\"any\":[" + ids + "]}}"));
        Assert.Throws<LimitExceededException>(() =>
            Enumerable.Range(0, Limits.FilterDepth).Aggregate(Filter.Must(), static (inner, _) => !inner));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<SchemaException>(() => Filter.Match("a", double.NaN));
        Assert.Throws<SchemaException>(() => Filter.Range("a", lt: double.PositiveInfinity));
        Assert.Throws<SchemaException>(() => Filter.Match("a", "\ud800"));
        Assert.Throws<SchemaException>(() => Filter.Match("a.", 1));
        Assert.Throws<SchemaException>(() => Filter.IsNull("\udc00"));
        Assert.Throws<SchemaException>(() => Filter.AtLeast(-1));
        Assert.Throws<SchemaException>(() => Filter.DateRange("a"));
        Assert.Throws<ArgumentNullException>(() => Filter.Must(Filter.Must(), null!));
    }
}
