using Vesper.Numerics.Selection;
using Vesper.Payloads;
using Vesper.Storage.Formats;

namespace Vesper.Tests.Payloads;

public sealed class IdColumnTests
{
    private const int Seed = 4711;

    public static TheoryData<int> Counts => [0, 1, 2, 17, 3_000];

    [Theory]
    [MemberData(nameof(Counts))]
    public void BothColumnsAnswerLikeTheListOfIds(int count)
    {
        var ids = RandomIds(count, Seed + count);
        var writer = new IdColumnWriter();
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(new Ordinal(i), writer.Append(ids[i]));
        }

        using var file = new SegmentFile(segment => IdColumnReader.Write(segment, ids));
        var reader = file.Owned(IdColumnReader.Open(file.Reader, count, file.Scope));
        reader.Verify();
        foreach (var column in new IIdColumn[] { writer, reader })
        {
            CheckAgainst(ids, column);
        }
    }

    [Fact]
    public void WriterSortsAnyPrefix()
    {
        var ids = RandomIds(500, Seed);
        var writer = new IdColumnWriter();
        foreach (var id in ids)
        {
            writer.Append(id);
        }

        foreach (var count in new[] { 100, 300, 500, 200, 0, 500 })
        {
            Assert.Equal(SortedRows(ids, count), Rows(writer.Sorted(count)).Where(row => row < count));
        }
    }

    [Fact]
    public async Task ReadersBesideTheWriterSeeWholeRows()
    {
        var ids = RandomIds(20_000, Seed);
        var column = new IdColumnWriter();
        var reading =
            Enumerable.Range(0, 3).Select(reader => Task.Run(() => ReadUntil(ids, column, new Random(Seed + reader))));
        var all = Task.WhenAll(reading);
        foreach (var id in ids)
        {
            column.Append(id);
        }

        await all;
    }

    [Fact]
    public void WrongRowCountIsDamage()
    {
        using var file = new SegmentFile(segment => IdColumnReader.Write(segment, RandomIds(10, Seed)));
        Assert.Throws<CorruptDataException>(() => IdColumnReader.Open(file.Reader, 11, file.Scope));
    }

    [Fact]
    public void MutatedContentIsDamageOrStillSorted()
    {
        var ids = RandomIds(60, Seed);
        using var file = new SegmentFile(segment => IdColumnReader.Write(segment, ids));
        var random = new Random(Seed);
        var detected = 0;
        const int Mutations = 600;
        for (var i = 0; i < Mutations; i++)
        {
            var key = new SectionKey((ushort)random.Next(PayloadSections.Ids, PayloadSections.IdText + 1));
            using var mutated = file.With(key, Mutation.Apply(file.Bytes(key), random));
            try
            {
                var column = mutated.Owned(IdColumnReader.Open(mutated.Reader, ids.Count, mutated.Scope));
                var read = Enumerable.Range(0, ids.Count).Select(row => column[new Ordinal(row)]).ToList();
                CheckAgainst(read, column);
            }
            catch (CorruptDataException)
            {
                detected++;
            }
        }

        // What is left are other ids of the same kind in the same order: a different, sound column.
        Assert.True(detected > Mutations / 2, $"seed {Seed}: {detected} of {Mutations} detected");
    }

    internal static List<PointId> RandomIds(int count, int seed)
    {
        var random = new Random(seed);
        var ids = new List<PointId>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(random.Next(6) switch
            {
                0 when i > 0 => ids[random.Next(i)],
                0 or 1 => new PointId((ulong)random.NextInt64() << random.Next(2)),
                2 => new PointId((ulong)random.Next(50)),
                3 => new PointId(new Guid(random.Next(40), 0, 0, new byte[8])),
                4 => new PointId("same prefix " + random.Next(100)),
                _ => new PointId(RandomText(random)),
            });
        }

        return ids;
    }

    private static string RandomText(Random random)
    {
        string[] parts = ["a", "b", "\0", "é", "\uFFFD", "😀", "zz", "\u0800"];
        return string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]));
    }

    private static int[] SortedRows(IReadOnlyList<PointId> ids, int count) =>
        [.. Enumerable.Range(0, count).OrderBy(row => ids[row]).ThenBy(static row => row)];

    private static IEnumerable<int> Rows(IdOrder order) =>
        Enumerable.Range(0, order.Count).Select(rank => order[rank].Value);

    private static void CheckAgainst(IReadOnlyList<PointId> ids, IIdColumn column)
    {
        Assert.Equal(ids.Count, column.Count);
        var sorted = SortedRows(ids, ids.Count);
        Assert.Equal(sorted, Rows(column.Sorted(ids.Count)));
        for (var i = 1; i < sorted.Length; i++)
        {
            Assert.True(column.Compare(new Ordinal(sorted[i - 1]), new Ordinal(sorted[i])) < 0);
            Assert.True(column.Compare(new Ordinal(sorted[i]), new Ordinal(sorted[i - 1])) > 0);
        }

        foreach (var group in Enumerable.Range(0, ids.Count).GroupBy(row => ids[row]))
        {
            var rows = group.Reverse().ToArray();
            Assert.True(column.TryFind(group.Key, out var row));
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.Equal(rows[i], row.Value);
                Assert.Equal(group.Key, column[row]);
                Assert.Equal(i + 1 < rows.Length, column.TryPrevious(row, out row));
            }
        }

        var known = ids.ToHashSet();
        foreach (var id in RandomIds(100, Seed + 1).Where(id => !known.Contains(id)))
        {
            Assert.False(column.TryFind(id, out _));
        }
    }

    private static void ReadUntil(List<PointId> ids, IdColumnWriter column, Random random)
    {
        for (var count = 0; count < ids.Count;)
        {
            count = column.Count;
            if (count == 0)
            {
                continue;
            }

            var row = random.Next(count);
            Assert.Equal(ids[row], column[new Ordinal(row)]);
            Assert.True(column.TryFind(ids[row], out var found), $"seed {Seed}, row {row}");
            while (found.Value > row)
            {
                Assert.Equal(ids[row], column[found]);
                Assert.True(column.TryPrevious(found, out found), $"seed {Seed}, row {row}");
            }

            Assert.Equal(row, found.Value);
            if (random.Next(2_000) == 0)
            {
                Assert.Equal(count, Rows(column.Sorted(count)).Count(row => row < count));
            }
        }
    }
}
