using System.Text;
using System.Text.Json.Nodes;
using Vesper.Numerics.Selection;
using Vesper.Payloads;
using Vesper.Query.Filters;
using Vesper.Storage.Formats;
using Vesper.Tests.Payloads;

namespace Vesper.Tests.Query.Filters;

/// <summary>Whatever the indexes, evaluation gives what the naive reading of the guide gives.</summary>
public sealed class FilterPropertyTests
{
    private const int Rows = 300;
    private const int FiltersPerView = 250;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void IndexedScannedAndNaiveAgree(int seed)
    {
        var generator = new RandomFilters(seed);
        var random = new Random(seed);
        var payloads = Enumerable.Range(0, Rows).Select(_ => Encoding.UTF8.GetBytes(generator.Payload())).ToArray();
        var trees = payloads.Select(static payload => (JsonObject)JsonNode.Parse(payload)!).ToArray();
        PointId[] ids = [.. Enumerable.Range(0, Rows).Select(IdOf)];
        var paths = Enumerable.Range(0, 200).Select(_ => generator.Path()).Distinct().ToArray();
        var types = paths.ToDictionary(static path => path, _ => (PayloadIndexType)random.Next(1, 6));

        // What the overlaid rows had when they were indexed.
        var overlaid = new BitSet(Rows);
        var before = payloads.Select(
            (payload, row) => row % 5 == 0 ? Encoding.UTF8.GetBytes(generator.Payload()) : payload).ToArray();
        for (var row = 0; row < Rows; row += 5)
        {
            overlaid.Add(row);
        }

        using var file = new SegmentFile(segment => WriteAll(segment, payloads, types));
        TestView scanned = new(payloads, ids), active = new(payloads, ids), isSealed = new(payloads, ids);
        TestView changed = new(payloads, ids) { Overlaid = overlaid };
        ushort position = 0;
        foreach (var (path, type) in types)
        {
            active.Indexes[path] = TestView.Index(path, type, payloads);
            changed.Indexes[path] = TestView.Index(path, type, before);
            var key = new SectionKey(PayloadSections.PayloadIndex, position++);
            var reader = file.Owned(PayloadIndexReader.Open(file.Reader, key, type, Rows, file.Scope));
            reader.Verify();
            isSealed.Indexes[path] = reader;
        }

        for (var i = 0; i < FiltersPerView; i++)
        {
            var json = generator.Filter();
            var filter = Filter.Parse(json.ToJsonString());
            var expected =
                Enumerable.Range(0, Rows).Where(row => FilterOracle.Matches(json, trees[row], ids[row])).ToArray();
            foreach (var view in new[] { scanned, active, isSealed, changed })
            {
                var found = Members(FilterEvaluator.Evaluate(filter, view, TestContext.Current.CancellationToken));
                if (!expected.AsSpan().SequenceEqual(found))
                {
                    Assert.Fail(Report(seed, json, view, expected, found, payloads));
                }
            }
        }
    }

    private static PointId IdOf(int row) => row % 2 == 0 ? new PointId((ulong)row) : new PointId($"id {row}");

    private static void WriteAll(
        SectionFileWriter segment, byte[][] payloads, Dictionary<string, PayloadIndexType> types)
    {
        ushort position = 0;
        foreach (var (path, type) in types)
        {
            TestView.Index(path, type, payloads)
                .Write(segment, new SectionKey(PayloadSections.PayloadIndex, position++));
        }
    }

    private static int[] Members(BitSet set)
    {
        var members = new List<int>();
        for (var row = set.Next(0); row >= 0; row = set.Next(row + 1))
        {
            members.Add(row);
        }

        return [.. members];
    }

    private static string Report(
        int seed, JsonObject filter, TestView view, int[] expected, int[] found, byte[][] payloads)
    {
        var wrong = expected.Except(found).Concat(found.Except(expected)).First();
        var indexes = string.Join(", ", view.Indexes.Select(static index => $"{index.Key}:{index.Value.Type}"));
        return $"seed {seed}, {filter.ToJsonString()}\nrow {wrong} {Encoding.UTF8.GetString(payloads[wrong])}\n"
            + $"expected {expected.Contains(wrong)}, indexes {indexes}";
    }
}
