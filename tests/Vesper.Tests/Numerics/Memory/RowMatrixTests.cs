using Vesper.Numerics.Memory;

namespace Vesper.Tests.Numerics.Memory;

public sealed class RowMatrixTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(9, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(33, 48)]
    [InlineData(100, 112)]
    [InlineData(128, 128)]
    [InlineData(129, 144)]
    public void Strides_of_floats_fill_lines(int columns, int stride) =>
        Assert.Equal(stride, RowMatrix<float>.StrideFor(columns));

    [Fact]
    public void Strides_depend_on_the_element_size()
    {
        Assert.Equal(64, RowMatrix<byte>.StrideFor(33));
        Assert.Equal(128, RowMatrix<byte>.StrideFor(65));
        Assert.Equal(8, RowMatrix<ushort>.StrideFor(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowMatrix<float>.StrideFor(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowMatrix<float>.StrideFor(int.MaxValue / 2));
    }

    [Theory]
    [InlineData(3, 70_000)]
    [InlineData(100, 3000)]
    [InlineData(65_536, 5)]
    [InlineData(70_001, 4)]
    public void Rows_stay_where_they_are_while_blocks_are_added(int columns, int count)
    {
        var scope = new MemoryScope("test");
        using (var matrix = new RowMatrix<float>(columns, scope))
        {
            var row = new float[columns];
            for (int i = 0; i < count; i++)
            {
                row[0] = i;
                row[^1] = i;
                Assert.Equal(i, matrix.Append(row));
            }

            Assert.Equal(count, matrix.Count);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(i, matrix.Row(i)[^1]);
                AssertWellPlaced(matrix, i);
            }
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public void Wrong_rows_are_refused()
    {
        using var matrix = new RowMatrix<float>(4, new MemoryScope("test"));
        matrix.Append([1, 2, 3, 4]);
        Assert.Throws<ArgumentException>(() => matrix.Append([1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(-1).Length);
        matrix.Dispose();
        matrix.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(0).Length);
    }

    [Fact]
    public void A_view_reads_existing_memory_and_owns_nothing()
    {
        var scope = new MemoryScope("test");
        using var memory = new NativeBuffer<byte>(64 + 3 * 128, scope);
        memory[64 + 2 * 128 + 3] = 0x3F;
        memory[64 + 2 * 128 + 2] = 0x80;
        using (var view = new RowMatrix<float>(20, memory, 64, 3))
        {
            Assert.Equal(3, view.Count);
            Assert.Equal(32, view.Stride);
            Assert.Equal(1f, view.Row(2)[0]);
            Assert.Throws<InvalidOperationException>(() => view.Append(new float[20]));
        }

        Assert.Equal(64 + 3 * 128, scope.Bytes);
        Assert.Equal(0x3F, memory[64 + 2 * 128 + 3]);
    }

    [Fact]
    public void A_view_must_be_aligned_and_inside()
    {
        using var memory = new NativeBuffer<byte>(64 + 3 * 128, new MemoryScope("test"));
        Assert.Throws<ArgumentException>(() => new RowMatrix<float>(20, memory, 32, 1));
        Assert.Throws<ArgumentException>(() => new RowMatrix<float>(20, memory, 64, 4));
        Assert.Throws<ArgumentException>(() => new RowMatrix<float>(20, memory, 64, int.MaxValue));
        Assert.Throws<ArgumentException>(() => new RowMatrix<float>(20, memory, 1 << 20, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowMatrix<float>(20, memory, -64, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowMatrix<float>(20, memory, 64, -1));
    }

    [Fact]
    public async Task Readers_see_whole_rows_while_one_writer_appends()
    {
        const int Columns = 20;
        const int Rows = 60_000;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var scope = new MemoryScope("test");
        using (var matrix = new RowMatrix<int>(Columns, scope))
        {
            Task<bool>[] readers =
            [
                Task.Run(() => ReadsAreWhole(matrix, Rows), cancellation),
                Task.Run(() => ReadsAreWhole(matrix, Rows), cancellation),
            ];
            var row = new int[Columns];
            for (int i = 0; i < Rows; i++)
            {
                Array.Fill(row, i + 1);
                matrix.Append(row);
            }

            Assert.All(await Task.WhenAll(readers), Assert.True);
        }

        Assert.Equal(0, scope.Bytes);
    }

    private static bool ReadsAreWhole(RowMatrix<int> matrix, int until)
    {
        int count = 0;
        while (count < until)
        {
            int before = count;
            count = matrix.Count;
            for (int i = before; i < count; i++)
            {
                if (matrix.Row(i).ContainsAnyExcept(i + 1))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static unsafe void AssertWellPlaced(RowMatrix<float> matrix, int row)
    {
        // SAFETY: only the address is looked at.
        fixed (float* start = matrix.Row(row))
        {
            int bytes = matrix.Columns * sizeof(float);
            nint inLine = (nint)start % 64;
            Assert.True(bytes > 64 ? inLine == 0 : inLine + bytes <= 64);
        }
    }
}
