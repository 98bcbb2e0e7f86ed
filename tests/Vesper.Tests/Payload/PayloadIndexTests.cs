using System.Text;
using Vesper.Numerics.Selection;
using Vesper.Payloads;
using Vesper.Query.Filters;
using Vesper.Storage.Formats;
using Vesper.Tests.Query.Filters;

namespace Vesper.Tests.Payloads;

public sealed class PayloadIndexTests
{
    private const int Seed = 88;
    private const int Rows = 120;

    private static readonly SectionKey Key = new(PayloadSections.PayloadIndex, 3);

    public static TheoryData<PayloadIndexType> Types => [.. Enum.GetValues<PayloadIndexType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void SealedAnswersLikeActive(PayloadIndexType type)
    {
        var payloads = RandomPayloads(Rows);
        var active = TestView.Index("a", type, payloads);
        using var file = new SegmentFile(segment => active.Write(segment, Key));
        var isSealed = file.Owned(PayloadIndexReader.Open(file.Reader, Key, type, Rows, file.Scope));
        isSealed.Verify();
        AssertSame(active, isSealed);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void EmptyIndexIsFine(PayloadIndexType type)
    {
        var active = TestView.Index("nothing", type, RandomPayloads(5));
        using var file = new SegmentFile(segment => active.Write(segment, Key));
        var isSealed = file.Owned(PayloadIndexReader.Open(file.Reader, Key, type, 5, file.Scope));
        isSealed.Verify();
        AssertSame(active, isSealed);
    }

    [Fact]
    public void AnotherTypeIsDamage()
    {
        var active = TestView.Index("a", PayloadIndexType.Integer, RandomPayloads(5));
        using var file = new SegmentFile(segment => active.Write(segment, Key));
        var isSealed = file.Owned(PayloadIndexReader.Open(file.Reader, Key, PayloadIndexType.Float, 5, file.Scope));
        Assert.Throws<CorruptDataException>(isSealed.Verify);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void MutatedContentIsDamageOrAnotherSoundIndex(PayloadIndexType type)
    {
        var active = TestView.Index("a", type, RandomPayloads(Rows));
        using var file = new SegmentFile(segment => active.Write(segment, Key));
        var random = new Random(Seed);
        var bytes = file.Bytes(Key);
        var detected = 0;
        const int Mutations = 300;
        for (var i = 0; i < Mutations; i++)
        {
            using var mutated = file.With(Key, Mutation.Apply(bytes, random));
            var index = mutated.Owned(PayloadIndexReader.Open(mutated.Reader, Key, type, Rows, mutated.Scope));
            try
            {
                // A lookup before the full check must be safe, too.
                var into = new BitSet(Rows);
                index.AddKeys([new KeyRange(long.MinValue, long.MaxValue)], into);
                index.AddTextExcept(new HashSet<byte[]>(Utf8Comparer.Instance), into);
                index.AddText("x"u8, into);
                index.AddRows(IndexedRows.Other, into);
                index.Verify();
            }
            catch (CorruptDataException)
            {
                detected++;
            }
        }

        Assert.True(detected > Mutations / 3, $"seed {Seed}: {detected} of {Mutations} detected");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task ReadersBesideTheWriterSeeTheRowsTheyKnow(PayloadIndexType type)
    {
        var payloads = RandomPayloads(4_000);
        var index = new PayloadIndexWriter("a", type);
        var published = 0;
        Filter[] filters =
        [
            Filter.Match("a", "x"), Filter.Range("a", gte: 1), Filter.MatchExcept("a", "x"), Filter.Exists("a"),
            Filter.Match("a", true),
        ];
        var expected =
            Array.ConvertAll(filters, filter => FilterEvaluator.Evaluate(filter, new TestView(payloads, []), default));
        var reading = Task.WhenAll(Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var turn = reader;
            for (var count = 0; count < payloads.Length; turn++)
            {
                count = Volatile.Read(ref published);
                var view = new TestView(payloads[..count], []);
                view.Indexes["a"] = index;
                var filter = turn % filters.Length;
                var found = FilterEvaluator.Evaluate(filters[filter], view, default);
                for (var row = 0; row < count; row++)
                {
                    Assert.True(expected[filter].Contains(row) == found.Contains(row),
                        $"{filters[filter]}, row {row} of {count}");
                }
            }
        })));
        for (var row = 0; row < payloads.Length; row++)
        {
            index.Add(new Ordinal(row), payloads[row]);
            Volatile.Write(ref published, row + 1);
        }

        await reading;
    }

    private static byte[][] RandomPayloads(int count)
    {
        var generator = new RandomFilters(Seed);
        return [.. Enumerable.Range(0, count).Select(_ => Encoding.UTF8.GetBytes(generator.Payload()))];
    }

    private static void AssertSame(PayloadIndexWriter active, PayloadIndexReader isSealed)
    {
        foreach (var rows in Enum.GetValues<IndexedRows>())
        {
            Check((index, into) => index.AddRows(rows, into));
        }

        foreach (var text in new[] { "x", "y", "", "é😀", "unknown" })
        {
            Check((index, into) => index.AddText(Encoding.UTF8.GetBytes(text), into));
            var excluded = new HashSet<byte[]>([Encoding.UTF8.GetBytes(text)], Utf8Comparer.Instance);
            Check((index, into) => index.AddTextExcept(excluded, into));
        }

        var random = new Random(Seed);
        long[] points =
            [long.MinValue, -1, 0, 1, 2, 1000, long.MaxValue, IndexKeys.FloatKey(1.5), IndexKeys.FloatKey(1e300)];
        for (var i = 0; i < 50; i++)
        {
            var (x, y) = (points[random.Next(points.Length)], points[random.Next(points.Length)]);
            Check((index, into) => index.AddKeys([new KeyRange(x, y)], into));
            Check((index, into) => index.AddKeys(KeyRange.Gaps([x, y]), into));
            Check((index, into) => index.AddKeys(KeyRange.Points([x, y]), into));
        }

        void Check(Action<IPayloadIndex, BitSet> lookup)
        {
            BitSet left = new(Rows), right = new(Rows);
            lookup(active, left);
            lookup(isSealed, right);
            for (var row = 0; row < Rows; row++)
            {
                Assert.Equal(left.Contains(row), right.Contains(row));
            }
        }
    }
}
