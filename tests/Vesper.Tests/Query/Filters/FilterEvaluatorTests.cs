using System.Text;
using Vesper.Numerics.Selection;
using Vesper.Payloads;
using Vesper.Query.Filters;

namespace Vesper.Tests.Query.Filters;

public sealed class FilterEvaluatorTests
{
    private static readonly Dictionary<string, PayloadIndexType> Indexes = new()
    {
        ["k"] = PayloadIndexType.Keyword,
        ["i"] = PayloadIndexType.Integer,
        ["f"] = PayloadIndexType.Float,
        ["b"] = PayloadIndexType.Bool,
        ["d"] = PayloadIndexType.DateTime,
    };

    [Theory]
    [InlineData("""{"key":"a","match":{"value":1}}""", """{"a":1.0}""", true)]
    [InlineData("""{"key":"a","match":{"value":1}}""", """{"a":"1"}""", false)]
    [InlineData("""{"key":"a","match":{"value":9007199254740993}}""", """{"a":9007199254740992}""", false)]
    [InlineData("""{"key":"a","match":{"value":9007199254740992.0}}""", """{"a":9007199254740993}""", false)]
    [InlineData("""{"key":"a","range":{"gt":9007199254740992.0}}""", """{"a":9007199254740993}""", true)]
    [InlineData("""{"key":"a","range":{"lt":9223372036854775808}}""", """{"a":9223372036854775807}""", true)]
    [InlineData("""{"key":"a","match":{"value":0}}""", """{"a":-0.0}""", true)]
    [InlineData("""{"key":"a","match":{"except":["x","y"]}}""", """{"a":["x","z"]}""", true)]
    [InlineData("""{"key":"a","match":{"except":["x"]}}""", """{"a":["x"]}""", false)]
    [InlineData("""{"key":"a","match":{"except":["x"]}}""", "{}", false)]
    [InlineData("""{"key":"a","match":{"except":["x"]}}""", """{"a":null}""", false)]
    [InlineData("""{"key":"a","match":{"except":["x"]}}""", """{"a":7}""", true)]
    [InlineData("""{"is_empty":{"key":"a"}}""", "{}", true)]
    [InlineData("""{"is_empty":{"key":"a"}}""", """{"a":null}""", true)]
    [InlineData("""{"is_empty":{"key":"a"}}""", """{"a":[]}""", true)]
    [InlineData("""{"is_empty":{"key":"a"}}""", """{"a":[null]}""", false)]
    [InlineData("""{"is_empty":{"key":"a"}}""", """{"a":""}""", false)]
    [InlineData("""{"is_empty":{"key":"a.b"}}""", """{"a":[{"b":null},{"b":[]}]}""", true)]
    [InlineData("""{"is_null":{"key":"a"}}""", """{"a":null}""", true)]
    [InlineData("""{"is_null":{"key":"a"}}""", """{"a":[1,null]}""", true)]
    [InlineData("""{"is_null":{"key":"a"}}""", "{}", false)]
    [InlineData("""{"is_null":{"key":"a"}}""", """{"a":[]}""", false)]
    [InlineData("""{"exists":{"key":"a.b"}}""", """{"a":{"b":{}}}""", true)]
    [InlineData("""{"key":"a.b","match":{"value":1}}""", """{"a":[{"b":2},{"b":[3,1]}]}""", true)]
    [InlineData("""{"key":"a.b","match":{"value":1}}""", """{"a":[[{"b":1}]]}""", false)]
    [InlineData("""{"key":"a","match":{"value":1}}""", """{"a":[[1]]}""", false)]
    [InlineData("""{"key":"a","range":{"gte":"2024-01-01T00:00:00Z"}}""",
        """{"a":"2024-01-01T01:00:00+01:00"}""", true)]
    [InlineData("""{"key":"a","range":{"gte":"2024-01-01T00:00:00Z"}}""", """{"a":"2024-01-01"}""", false)]
    [InlineData("""{"key":"a","match":{"value":"2024-01-01T00:00:00Z"}}""",
        """{"a":"2024-01-01T01:00:00+01:00"}""", false)]
    [InlineData("{}", "{}", true)]
    [InlineData("""{"should":[{"key":"a","match":{"value":1}}]}""", "{}", false)]
    public void EachConditionMeansWhatTheGuideSays(string filter, string payload, bool expected)
    {
        var view = new TestView([payload]);
        Assert.Equal(expected, Evaluate(Filter.Parse(filter), view).Contains(0));
        foreach (var type in Enum.GetValues<PayloadIndexType>())
        {
            view.Indexes["a"] = TestView.Index("a", type, [Encoding.UTF8.GetBytes(payload)]);
            Assert.Equal(expected, Evaluate(Filter.Parse(filter), view).Contains(0));
        }
    }

    [Theory]
    [InlineData("""{"key":"i","match":{"value":"x"}}""", "i", "integer", "string")]
    [InlineData("""{"key":"f","match":{"any":[1,true]}}""", "f", "float", "truth value")]
    [InlineData("""{"key":"k","match":{"value":1}}""", "k", "keyword", "number")]
    [InlineData("""{"key":"k","range":{"gt":1}}""", "k", "keyword", "numbers")]
    [InlineData("""{"key":"k","range":{"gt":"2024-01-01T00:00:00Z"}}""", "k", "keyword", "date-times")]
    [InlineData("""{"key":"b","match":{"except":["x"]}}""", "b", "bool", "string")]
    [InlineData("""{"key":"d","range":{"gt":1}}""", "d", "datetime", "numbers")]
    [InlineData("""{"key":"d","match":{"value":"today"}}""", "d", "datetime", "RFC 3339")]
    [InlineData("""{"must_not":[{"min_should":{"conditions":[{"key":"i","match":{"value":true}}],"min_count":1}}]}""",
        "i", "integer", "truth")]
    public void OperandsThatAnIndexCannotHoldAreRefused(string filter, string path, string type, string operand)
    {
        var error = Assert.Throws<SchemaException>(() => FilterEvaluator.Check(Filter.Parse(filter), Indexes));
        Assert.Equal(path, error.Field);
        Assert.Contains(type, error.Message, StringComparison.Ordinal);
        Assert.Contains(operand, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"key":"other","match":{"value":1}}""")]
    [InlineData("""{"key":"i","match":{"value":1.5}}""")]
    [InlineData("""{"key":"i","range":{"gt":1.5}}""")]
    [InlineData("""{"key":"d","match":{"value":"2024-01-01T00:00:00Z"}}""")]
    [InlineData("""{"must":[{"is_null":{"key":"i"}},{"is_empty":{"key":"k"}},{"exists":{"key":"b"}}]}""")]
    [InlineData("""{"has_id":[1]}""")]
    public void OperandsThatFitAreAccepted(string filter) => FilterEvaluator.Check(Filter.Parse(filter), Indexes);

    [Fact]
    public void ScansOnlyWhatIndexesLeft()
    {
        var payloads = Enumerable.Range(0, 1_000).Select(
            row => Encoding.UTF8.GetBytes($$"""{"k":"{{row % 100}}","n":{{row}}}""")).ToArray();
        var view = new TestView(payloads, []);
        view.Indexes["k"] = TestView.Index("k", PayloadIndexType.Keyword, payloads);
        var filter = Filter.Must(Filter.Range("n", gte: 500), Filter.Match("k", "7"));
        Assert.Equal(5, Evaluate(filter, view).Count());
        Assert.Equal(10, view.Reads);
    }

    [Fact]
    public void IndexedRowsAboveTheViewAreLeftOut()
    {
        var payloads =
            Enumerable.Range(0, 100).Select(row => Encoding.UTF8.GetBytes($$"""{"k":"x","n":{{row}}}""")).ToArray();
        var view = new TestView(payloads[..60], []);
        view.Indexes["k"] = TestView.Index("k", PayloadIndexType.Keyword, payloads);
        view.Indexes["n"] = TestView.Index("n", PayloadIndexType.Integer, payloads);
        Assert.Equal(60, Evaluate(Filter.Match("k", "x"), view).Count());
        Assert.Equal(10, Evaluate(Filter.Range("n", gte: 50), view).Count());
        Assert.Equal(60, Evaluate(Filter.MatchExcept("k", "y") & Filter.Exists("n"), view).Count());
    }

    [Fact]
    public void EmptyViewAndEmptyListsAreFine()
    {
        var none = new TestView(Array.Empty<string>());
        Assert.Equal(0, Evaluate(Filter.Match("a", 1), none).Count());
        var one = new TestView(["{\"a\":1}"]);
        Assert.Equal(0, Evaluate(Filter.MatchAny("a", new List<long>()), one).Count());
        Assert.Equal(1, Evaluate(Filter.MatchExcept("a", new List<long>()), one).Count());
        Assert.Equal(0, Evaluate(Filter.HasId(), one).Count());
        Assert.Equal(1, Evaluate(Filter.Should(), one).Count());
        Assert.Equal(1, Evaluate(Filter.AtLeast(0), one).Count());
        Assert.Equal(0, Evaluate(Filter.AtLeast(1), one).Count());
    }

    [Fact]
    public void CancellationEndsAScan()
    {
        using var source = new CancellationTokenSource();
        var payloads = Enumerable.Repeat("{}"u8.ToArray(), 10_000).ToArray();
        var view = new CancellingView(new TestView(payloads, []), source);
        Assert.Throws<OperationCanceledException>(
            () => FilterEvaluator.Evaluate(Filter.Match("a", 1), view, source.Token));
        Assert.True(view.Reads < 1_000);
    }

    [Fact]
    public void StoredTextThatIsNotJsonIsDamage() =>
        Assert.Throws<CorruptDataException>(() => Evaluate(Filter.Match("a", 1), new TestView(["{\"a\":"])));

    private static BitSet Evaluate(Filter filter, IPayloadView view) =>
        FilterEvaluator.Evaluate(filter, view, TestContext.Current.CancellationToken);

    private sealed class CancellingView(TestView inner, CancellationTokenSource source) : IPayloadView
    {
        public int Count => inner.Count;

        public BitSet? Overlaid => null;

        public int Reads { get; private set; }

        public ReadOnlySpan<byte> PayloadOf(Ordinal row)
        {
            if (++Reads == 100)
            {
                source.Cancel();
            }

            return inner.PayloadOf(row);
        }

        public IPayloadIndex? IndexOf(string path) => null;

        public void AddRowsOf(PointId id, BitSet into) => inner.AddRowsOf(id, into);
    }
}
