using Vesper.Indexing;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Quantization.Kernels;

namespace Vesper.Tests.Numerics.Quantization;

public sealed class ProductCodebooksTests
{
    private const int Seed = 20240612;

    public static TheoryData<int, int, int> Shapes =>
        [.. from bits in (int[])[4, 5, 6, 7, 8] from shape in (int[][])[[6, 6], [12, 4], [40, 5], [33, 1], [640, 2]]
            select (shape[0], shape[1], bits)];

    /// <summary>All widths give the code of the scalar one, and its codeword is nearest in double precision.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Encodes_to_the_nearest_codeword(int dimensions, int parts, int bits)
    {
        var random = new Random(Seed);
        var centroids = Vectors.Gaussian(random, dimensions << bits);
        var rows = Vectors.Gaussian(random, 70 * dimensions);
        var all = CodebookKernel.All.Select(kernel => Codes(kernel)).ToArray();
        Assert.All(all, codes => Assert.Equal(all[0], codes));
        var length = dimensions / parts;
        for (var i = 0; i < all[0].Length; i++)
        {
            var point = rows.AsSpan(i * length, length).ToArray();
            var distances = Enumerable.Range(0, 1 << bits).Select(Distance).ToArray();
            Assert.InRange(distances[all[0][i]], 0, distances.Min() + 1e-4);

            double Distance(int number) => Vesper.Numerics.Kernels.Reference.SquaredL2(
                point, centroids.AsSpan(((i % parts << bits) + number) * length, length));
        }

        byte[] Codes(CodebookKernel kernel)
        {
            var codes = new byte[70 * parts];
            new ProductCodebooks(dimensions, (parts, bits), centroids, kernel).Encode(rows, codes);
            return codes;
        }
    }

    [Fact]
    public void The_lowest_number_wins_among_equals()
    {
        var centroids = new float[4 * 16];
        centroids.AsSpan(0, 8).Fill(9);
        var code = new byte[2];
        new ProductCodebooks(4, 2, 4, centroids).Encode([0, 0, 1, 1], code);
        Assert.Equal([4, 0], code);
    }

    [Fact]
    public void A_common_offset_costs_no_digits()
    {
        var random = new Random(Seed + 1);
        const float Offset = 1 << 16;
        float[] centroids = [.. Vectors.Gaussian(random, 8 * 256).Select(x => Offset + x)];
        var books = new ProductCodebooks(8, 1, 8, centroids);
        for (var j = 0; j < 256; j++)
        {
            var code = new byte[1];
            books.Encode(books.Codeword(0, j), code);
            Assert.Equal(j, code[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Tables_hold_weighted_products(int dimensions, int parts, int bits)
    {
        var random = new Random(Seed + 2);
        var centroids = Vectors.Gaussian(random, dimensions << bits);
        var query = Vectors.Gaussian(random, dimensions);
        foreach (var kernel in CodebookKernel.All)
        {
            var books = new ProductCodebooks(dimensions, (parts, bits), centroids, kernel);
            var tables = new float[parts << bits];
            books.FillTables(query, -2, tables);
            for (var i = 0; i < tables.Length; i++)
            {
                var part = query.AsSpan((i >> bits) * books.PartDimensions, books.PartDimensions);
                var codeword = books.Codeword(i >> bits, i & ((1 << bits) - 1));
                var expected = -2 * Vesper.Numerics.Kernels.Reference.Dot(part, codeword);
                Assert.Equal(expected, tables[i], 1e-5 * books.PartDimensions * 4);
            }
        }
    }

    [Theory]
    [InlineData(10, 3, 8)]
    [InlineData(10, 20, 8)]
    public void Refuses_parts_that_do_not_divide(int dimensions, int parts, int bits)
    {
        var options = new ProductOptions { Parts = parts, Bits = bits };
        Assert.Throws<ArgumentException>(() => options.Validate(dimensions));
        Assert.Throws<ArgumentException>(() => new ProductCodebooks(dimensions, parts, bits, new float[10 * 256]));
    }

    [Theory]
    [InlineData(10, 0, 8)]
    [InlineData(0, 1, 8)]
    [InlineData(10, 5, 3)]
    [InlineData(10, 5, 9)]
    public void Refuses_sizes_outside_their_range(int dimensions, int parts, int bits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ProductCodebooks.CheckShape(dimensions, parts, bits));

    [Fact]
    public void Refuses_codewords_that_are_not_finite_or_too_few()
    {
        var centroids = new float[4 * 16];
        Assert.Throws<ArgumentException>(() => new ProductCodebooks(4, 2, 4, centroids.AsSpan(1)));
        centroids[7] = float.NaN;
        Assert.Throws<ArgumentException>(() => new ProductCodebooks(4, 2, 4, centroids));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(15)]
    public void Fewer_rows_than_codewords_are_codewords_themselves(int count)
    {
        var random = new Random(Seed + 3);
        using var rows = new RowMatrix<float>(6, new MemoryScope("test"));
        for (var i = 0; i < count; i++)
        {
            rows.Append(Vectors.Gaussian(random, 6));
        }

        var books = ProductTrainer.Train(rows, 6, new ProductOptions { Parts = 3, Bits = 4 }, new TrainingContext());
        var code = new byte[3];
        var decoded = new float[6];
        for (var i = 0; i < count; i++)
        {
            books.Encode(rows.Row(i), code);
            books.Decode(code, decoded);
            Assert.Equal(rows.Row(i).ToArray(), decoded);
        }
    }

    [Fact]
    public void Refuses_no_rows_and_rows_that_are_not_finite()
    {
        using var rows = new RowMatrix<float>(6, new MemoryScope("test"));
        var options = new ProductOptions { Parts = 3, Bits = 4 };
        Assert.Throws<ArgumentException>(() => ProductTrainer.Train(rows, 6, options, new TrainingContext()));
        rows.Append([1, 2, 3, float.NaN, 5, 6]);
        Assert.Throws<ArgumentException>(() => ProductTrainer.Train(rows, 7, options, new TrainingContext()));
        Assert.Throws<ArgumentException>(() => ProductTrainer.Train(rows, 6, options, new TrainingContext()));
    }

    [Fact]
    public void Training_lowers_the_error_and_does_not_depend_on_threads()
    {
        var random = new Random(Seed + 4);
        using var rows = new RowMatrix<float>(8, new MemoryScope("test"));
        for (var i = 0; i < 9_000; i++)
        {
            rows.Append(Vectors.Gaussian(random, 8));
        }

        var options = new ProductOptions { Parts = 2, Bits = 6, Iterations = 1, SamplesPerCodeword = 140 };
        var sample = TrainingRows.Draw(rows, 8, 9_000, new Random(1));
        var context = new TrainingContext { Executor = new Vesper.Indexing.ThreadExecutor(3) };
        var once = Error(options);
        Assert.True(Error(options with { Iterations = 12 }) < 0.95 * once);
        Assert.Equal(
            ProductTrainer.Train(rows, 8, options, new TrainingContext()).Centroids.ToArray(),
            ProductTrainer.Train(rows, 8, options, context).Centroids.ToArray());
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => ProductTrainer.Train(rows, 8, options, context with { Cancellation = source.Token }));

        double Error(ProductOptions with) =>
            ProductTrainer.Error(sample, ProductTrainer.Train(rows, 8, with, context), context);
    }
}
