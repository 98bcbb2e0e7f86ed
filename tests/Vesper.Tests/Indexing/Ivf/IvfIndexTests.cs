using Vesper.Indexing;
using Vesper.Indexing.Ivf;
using Vesper.Indexing.Ivf.Format;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Ivf;

public sealed class IvfIndexTests
{
    private const int Dimensions = 16;

    public static TheoryData<IvfEncoding, int> Encodings => new()
    {
        { IvfEncoding.Flat, 0 },
        { IvfEncoding.Float16, 0 },
        { IvfEncoding.Scalar, 4 },
        { IvfEncoding.Scalar, 8 },
        { IvfEncoding.Product, 4 },
        { IvfEncoding.Product, 5 },
        { IvfEncoding.Product, 8 },
        { IvfEncoding.RaBitQ, 1 },
        { IvfEncoding.RaBitQ, 8 },
    };

    [Fact]
    public void Parts_rows_by_their_nearest_centroid()
    {
        using var rows = Rows(Metric.L2, 1_000);
        using var index = Build(rows, new IvfOptions { Lists = 20, Encoding = IvfEncoding.Flat });
        var row = new float[Dimensions];
        var seen = 0;
        for (var list = 0; list < 20; list++)
        {
            foreach (var piece in index.Lists.PiecesOf(list))
            {
                foreach (var ordinal in piece.Ordinals)
                {
                    rows.Store.Read(new Ordinal(ordinal), row);
                    var nearest = Enumerable.Range(0, 20).MinBy(other =>
                        Reference.SquaredL2(row, index.Model.Centroids.Row(other)));
                    Assert.Equal(nearest, list);
                    seen++;
                }
            }
        }

        Assert.Equal(1_000, seen);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Reconstructs_rows(IvfEncoding encoding, int bits)
    {
        using var rows = Rows(Metric.L2, 1_000);
        using var index = Build(rows, new IvfOptions { Lists = 10, Encoding = encoding, Bits = bits });
        var (row, decoded) = (new float[Dimensions], new float[Dimensions]);
        double error = 0, spread = 0;
        for (var i = 0; i < 1_000; i++)
        {
            rows.Store.Read(new Ordinal(i), row);
            Assert.True(index.TryReconstruct(new Ordinal(i), decoded));
            error += Reference.SquaredL2(row, decoded);
            spread += Reference.SquaredL2(row, new float[Dimensions]);
        }

        Assert.True(error < (bits == 1 ? 0.3 : 0.2) * spread, $"{error / spread} of the squared norm is lost");
        Assert.False(index.TryReconstruct(new Ordinal(1_000), decoded));
    }

    [Fact]
    public void Keeps_flat_rows_as_they_are_to_rounding()
    {
        using var rows = Rows(Metric.L2, 300);
        using var index = Build(rows, new IvfOptions { Encoding = IvfEncoding.Flat });
        var (row, decoded) = (new float[Dimensions], new float[Dimensions]);
        for (var i = 0; i < 300; i++)
        {
            rows.Store.Read(new Ordinal(i), row);
            index.TryReconstruct(new Ordinal(i), decoded);
            Assert.All(row.Zip(decoded), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Finds_no_row_that_was_removed(IvfEncoding encoding, int bits)
    {
        using var rows = Rows(Metric.L2, 500);
        using var index = Build(rows, new IvfOptions { Lists = 8, Encoding = encoding, Bits = bits });
        for (var i = 0; i < 500; i += 2)
        {
            Assert.True(index.Remove(new Ordinal(i)));
        }

        Assert.False(index.Remove(new Ordinal(0)));
        Assert.False(index.Remove(new Ordinal(500)));
        Assert.False(index.TryReconstruct(new Ordinal(0), new float[Dimensions]));
        var query = new float[Dimensions];
        var found = rows.Search(index, query, 500, new IndexSearch(1, null));
        Assert.Equal(250, found.Length);
        Assert.All(found, one => Assert.Equal(1, one.Ordinal.Value % 2));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Takes_rows_after_some_were_removed(IvfEncoding encoding, int bits)
    {
        using var rows = Rows(Metric.L2, 500);
        using var index = Build(rows, new IvfOptions { Lists = 8, Encoding = encoding, Bits = bits });
        for (var i = 100; i < 400; i++)
        {
            Assert.True(index.Remove(new Ordinal(i)));
        }

        var more = new MixtureData(seed: 2, Dimensions).Take(300);
        rows.Append(more);
        Add(index, more);
        Assert.Equal(800, index.Count);
        var all = rows.Search(index, more[0], 800, new IndexSearch(8, null));
        Assert.Equal(500, all.Length);
        Assert.Equal(new Ordinal(500), all[0].Ordinal);
        Assert.True(index.Remove(new Ordinal(500)));
        Assert.NotEqual(new Ordinal(500), rows.Search(index, more[0], 1, new IndexSearch(8, null))[0].Ordinal);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Stores_what_was_not_removed(IvfEncoding encoding, int bits)
    {
        using var rows = Rows(Metric.L2, 400);
        var options = new IvfOptions { Lists = 5, Encoding = encoding, Bits = bits };
        using var index = Build(rows, options);
        for (var i = 300; i < 400; i++)
        {
            Assert.True(index.Remove(new Ordinal(i)));
        }

        using var files = new SectionFixture();
        var section = files.Section(file => IvfWriter.Write(file, index), rows.Scope);
        using var opened = IvfReader.Open(section, new IvfPlace(Field(Metric.L2, options), 300, rows.Scope));
        Assert.Equal(300, opened.Statistics().Entries);
        foreach (var query in new MixtureData(seed: 4, Dimensions).Take(20))
        {
            var search = new IndexSearch(3, null);
            Assert.Equal(rows.Search(index, query, 10, search), rows.Search(opened, query, 10, search));
        }
    }

    [Fact]
    public void Stores_a_rotation_and_refuses_one_that_is_none()
    {
        // Every dimension is a mixture of two: what parts of two dimensions cannot say, a rotation can.
        var random = new Random(8);
        var mixing = new MixtureData(seed: 8, Dimensions).Take(2);
        using var rows = new StoreFixture(Metric.L2, [.. Enumerable.Range(0, 2_000).Select(_ =>
        {
            var (a, b) = (random.NextSingle(), random.NextSingle());
            return mixing[0].Zip(mixing[1], (x, y) => (a * x) + (b * y)).ToArray();
        })]);
        var options = new IvfOptions { Lists = 4, Opq = true };
        using var index = Build(rows, options);
        Assert.IsType<RotatedQuantizer>(index.Model.Quantizer);
        using var files = new SectionFixture();
        var bytes = files.Bytes(file => IvfWriter.Write(file, index));
        var place = new IvfPlace(Field(Metric.L2, options), 2_000, rows.Scope);
        var query = new MixtureData(seed: 9, Dimensions).Next();
        using (var opened = IvfReader.Open(files.Section(bytes, rows.Scope), place))
        {
            var search = new IndexSearch(2, null);
            Assert.Equal(rows.Search(index, query, 10, search), rows.Search(opened, query, 10, search));
        }

        var header = IvfHeader.Read(bytes);
        var rotationAt = (int)new IvfLayout(header).Quantizer + ((Dimensions << header.Bits) * sizeof(float));
        BitConverter.TryWriteBytes(bytes.AsSpan(rotationAt), 7f);
        var error = Assert.Throws<CorruptDataException>(
            () => IvfReader.Open(files.Section(bytes, rows.Scope), place));
        Assert.EndsWith("a sound quantizer", error.Expected, StringComparison.Ordinal);
        bytes[3] = 2;
        Assert.Throws<CorruptDataException>(() => IvfReader.Open(files.Section(bytes, rows.Scope), place));
    }

    [Fact]
    public void Is_empty_after_clearing_and_takes_rows_again()
    {
        var vectors = new MixtureData(seed: 1, Dimensions).Take(500);
        using var rows = new StoreFixture(Metric.L2, vectors);
        using var index = Build(rows, new IvfOptions());
        index.Clear();
        Assert.Equal(0, index.Count);
        Assert.Empty(rows.Search(index, vectors[0], 10, new IndexSearch(100, null)));
        Assert.False(index.Remove(new Ordinal(3)));
        Add(index, vectors);
        Assert.Equal(500, index.Count);
        Assert.Equal(new Ordinal(7), rows.Search(index, vectors[7], 1, new IndexSearch(4, null))[0].Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    public void Takes_fewer_rows_than_lists_and_codewords(int count)
    {
        using var rows = Rows(Metric.L2, count);
        using var index = Build(rows, new IvfOptions { Lists = 1_000, Bits = 8 });
        Assert.Equal(count, index.Lists.Count);
        Assert.Equal(count, rows.Search(index, new float[Dimensions], 50, new IndexSearch(1, null)).Length);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void Probes_at_least_one_list_and_at_most_all(int probes)
    {
        using var rows = Rows(Metric.L2, 300);
        using var index = Build(rows, new IvfOptions { Lists = 7 });
        Assert.Equal(10, rows.Search(index, new float[Dimensions], 10, new IndexSearch(probes, null)).Length);
    }

    [Fact]
    public void Equal_seeds_give_equal_bytes_on_any_number_of_threads()
    {
        using var rows = Rows(Metric.Cosine, 3_000);
        using var files = new SectionFixture();
        var bytes = new[] { 1, 2, 5 }.Select(threads =>
        {
            using var index = Build(rows, new IvfOptions { Lists = 30 }, threads);
            return files.Bytes(file => IvfWriter.Write(file, index));
        }).ToArray();
        Assert.Equal(bytes[0], bytes[1]);
        Assert.Equal(bytes[0], bytes[2]);
    }

    [Fact]
    public void Adds_nothing_when_cancelled()
    {
        using var rows = Rows(Metric.L2, 400);
        using var index = Build(rows, new IvfOptions());
        using var source = new CancellationTokenSource();
        source.Cancel();
        using var more = Matrix(new MixtureData(seed: 9, Dimensions).Take(10));
        Assert.ThrowsAny<OperationCanceledException>(() => index.Add(more, SerialExecutor.Instance, source.Token));
        Assert.Equal(400, index.Count);
        Assert.Equal(400, index.Statistics().Entries);
    }

    [Fact]
    public void Counts_what_it_does()
    {
        using var rows = Rows(Metric.L2, 900);
        using var index = Build(rows, new IvfOptions { Lists = 12 });
        var statistics = index.Statistics();
        Assert.Equal(12, statistics.Lists);
        Assert.Equal(900, statistics.Entries);
        Assert.Equal(900, statistics.Added.Assignment.Assignments);
        Assert.InRange(statistics.LongestList, 75, 900);
        Assert.InRange(statistics.Imbalance, 1, 12);
        Assert.Equal(8 / 2, statistics.CodeBytes);
    }

    [Fact]
    public async Task Answers_beside_adds_and_removals()
    {
        const int Count = 4_000;
        var vectors = new MixtureData(seed: 6, Dimensions).Take(Count);
        using var rows = new StoreFixture(Metric.L2, vectors);
        using var index = Build(rows, new IvfOptions { Lists = 16 });
        index.Clear();
        var cancellation = TestContext.Current.CancellationToken;
        var writer = Task.Run(
            () =>
            {
                for (var from = 0; from < Count; from += 100)
                {
                    Add(index, vectors[from..(from + 100)]);
                    index.Remove(new Ordinal(from));
                }
            },
            cancellation);
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(
            () =>
            {
                for (var query = 0; !writer.IsCompleted; query++)
                {
                    var found = rows.Search(index, vectors[query % Count], 20, new IndexSearch(4, null));
                    Assert.Equal(found.Length, found.DistinctBy(one => one.Ordinal).Count());
                    Assert.All(found, one => Assert.InRange(one.Ordinal.Value, 0, Count - 1));
                }
            },
            cancellation));
        await Task.WhenAll([writer, .. readers]);
        var all = rows.Search(index, vectors[1], Count, new IndexSearch(16, null));
        Assert.Equal(Count - 40, all.Length);
        Assert.Equal(new Ordinal(1), all[0].Ordinal);
    }

    [Theory]
    [InlineData("lists")]
    [InlineData("parts")]
    [InlineData("bits")]
    [InlineData("opq")]
    [InlineData("probes")]
    [InlineData("rerank")]
    [InlineData("trainingRowsPerList")]
    [InlineData("validation")]
    public void Refuses_options_out_of_range(string option)
    {
        var options = option switch
        {
            "lists" => new IvfOptions { Lists = -1 },
            "parts" => new IvfOptions { Parts = 3 },
            "bits" => new IvfOptions { Bits = 3 },
            "opq" => new IvfOptions { Opq = true, Encoding = IvfEncoding.Flat },
            "probes" => new IvfOptions { Probes = 0 },
            "rerank" => new IvfOptions { Rerank = 1_001 },
            "trainingRowsPerList" => new IvfOptions { TrainingRowsPerList = 0 },
            _ => new IvfOptions { Validation = double.NaN },
        };
        var error = Assert.Throws<SchemaException>(() => Field(Metric.L2, options).Validate("field"));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    private static StoreFixture Rows(Metric metric, int count) =>
        new(metric, new MixtureData(seed: 1, Dimensions).Take(count));

    private static VectorFieldOptions Field(Metric metric, IvfOptions options) => new(Dimensions, metric)
    {
        Index = new IndexOptions { Kind = IndexKind.Ivf, Ivf = options },
    };

    private static IvfIndex Build(StoreFixture rows, IvfOptions options, int threads = 1)
    {
        var field = Field(rows.Store.Metric, options);
        field.Validate("field");
        return IvfBuilder.Build(rows.Store, field, new IvfWork(new ThreadExecutor(threads), rows.Scope, default));
    }

    private static void Add(IvfIndex index, IReadOnlyList<float[]> vectors)
    {
        using var matrix = Matrix(vectors);
        index.Add(matrix, SerialExecutor.Instance, TestContext.Current.CancellationToken);
    }

    private static RowMatrix<float> Matrix(IReadOnlyList<float[]> vectors)
    {
        var matrix = new RowMatrix<float>(Dimensions, new MemoryScope("rows"));
        foreach (var vector in vectors)
        {
            matrix.Append(vector);
        }

        return matrix;
    }
}
