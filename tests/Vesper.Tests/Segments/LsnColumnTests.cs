using Vesper.Segments;

namespace Vesper.Tests.Segments;

public sealed class LsnColumnTests
{
    [Fact]
    public void Holds_what_was_set_and_lists_it_in_row_order()
    {
        const int Seed = 81;
        var random = new Random(Seed);
        var column = new LsnColumn();
        var expected = new SortedDictionary<int, ulong>();
        for (ulong lsn = 1; lsn <= 3_000; lsn++)
        {
            var row = random.Next(2) == 0 ? random.Next(5_000) : random.Next(200_000);
            column.Set(row, lsn);
            expected[row] = lsn;
        }

        foreach (var row in Enumerable.Range(0, 200_100))
        {
            Assert.Equal(expected.GetValueOrDefault(row), column[row]);
        }

        foreach (var rows in new[] { 0, 1, 4_095, 4_096, 4_097, 100_000, 200_000, int.MaxValue })
        {
            var below = expected.Where(entry => entry.Key < rows).Select(entry => (entry.Key, entry.Value));
            Assert.Equal(below, column.Entries(rows));
        }
    }

    [Fact]
    public void Is_empty_until_something_is_set()
    {
        var column = new LsnColumn();
        Assert.Equal(0UL, column[0]);
        Assert.Equal(0UL, column[int.MaxValue]);
        Assert.Empty(column.Entries(int.MaxValue));
    }

    [Fact]
    public async Task A_reader_sees_a_row_unset_or_right_while_the_column_grows()
    {
        const int Rows = 60_000;
        var column = new LsnColumn();
        var published = 0;
        var reader = Task.Run(() =>
        {
            while (Volatile.Read(ref published) is var below && below < Rows)
            {
                var ahead = column[below + 1];
                Assert.True(ahead is 0 || ahead == (ulong)below + 2, $"row {below + 1} has {ahead}");
                if (below > 0)
                {
                    Assert.Equal((ulong)below, column[below - 1]);
                }
            }

            Assert.Equal(Rows, column.Entries(Rows).Count());
        });
        for (var row = 0; row < Rows; row++)
        {
            column.Set(row, (ulong)row + 1);
            Volatile.Write(ref published, row + 1);
        }

        await reader;
    }
}
