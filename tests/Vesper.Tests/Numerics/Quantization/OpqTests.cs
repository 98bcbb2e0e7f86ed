using Vesper.Indexing;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Quantization.Kernels;

namespace Vesper.Tests.Numerics.Quantization;

public sealed class OpqTests
{
    private const int Seed = 20240614;

    private static readonly ProductOptions Shape = new() { Parts = 4, Bits = 4, Iterations = 8 };

    /// <summary>All energy lies in directions that one part holds: a rotation must spread it.</summary>
    [Fact]
    public void A_rotation_helps_where_energy_is_uneven()
    {
        using var rows = Uneven(16, 3_000);
        var training = OpqTrainer.Train(rows, 16, Shape, new OpqOptions(), new TrainingContext());
        Assert.NotNull(training.Rotation);
        Assert.True(training.RotatedError < 0.7 * training.PlainError, $"{training}");
        Assert.InRange(training.Rotation.Deviation, 0, 1e-5);
        Assert.IsType<RotatedQuantizer>(training.Quantizer());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_kept_is_never_worse_by_its_own_report(int seed)
    {
        var random = new Random(Seed + seed);
        using var rows = new RowMatrix<float>(8, new MemoryScope("test"));
        for (var i = 0; i < 600; i++)
        {
            rows.Append(Vectors.Gaussian(random, 8));
        }

        var options = new OpqOptions { Iterations = seed };
        var training = OpqTrainer.Train(rows, 8, Shape, options, new TrainingContext());
        Assert.Equal(training.RotatedError < training.PlainError, training.Rotation is not null);
        Assert.InRange(training.Iterations, 0, seed);
    }

    [Fact]
    public void A_low_error_needs_no_rotation()
    {
        using var rows = new RowMatrix<float>(8, new MemoryScope("test"));
        for (var i = 0; i < 300; i++)
        {
            rows.Append([i % 3, 1, 2, 3, i % 5, 5, 6, 7]);
        }

        var training = OpqTrainer.Train(rows, 8, Shape, new OpqOptions(), new TrainingContext());
        Assert.Equal(OpqStop.LowError, training.Stop);
        Assert.Null(training.Rotation);
        Assert.IsType<ProductQuantizer>(training.Quantizer());
    }

    [Fact]
    public void Identical_rows_and_single_rows_are_taken()
    {
        using var rows = new RowMatrix<float>(8, new MemoryScope("test"));
        for (var i = 0; i < 40; i++)
        {
            rows.Append([1, 2, 3, 4, 5, 6, 7, 8]);
            var training = OpqTrainer.Train(rows, 8, Shape, new OpqOptions(), new TrainingContext());
            Assert.Equal(0, training.PlainError);
            Assert.Null(training.Rotation);
        }
    }

    /// <summary>Columns of zeros, as at the border of images, make the Procrustes matrix singular.</summary>
    [Fact]
    public void Directions_without_data_do_not_end_it()
    {
        using var uneven = Uneven(8, 1_000);
        using var rows = new RowMatrix<float>(16, new MemoryScope("test"));
        for (var i = 0; i < uneven.Count; i++)
        {
            rows.Append([.. uneven.Row(i), .. new float[8]]);
        }

        var training = OpqTrainer.Train(rows, 16, Shape, new OpqOptions(), new TrainingContext());
        Assert.True(training.Stop is OpqStop.Stalled or OpqStop.Iterations, $"{training}");
        Assert.NotNull(training.Rotation);
        Assert.InRange(training.Rotation.Deviation, 0, 1e-5);
    }

    [Fact]
    public void The_budget_ends_it()
    {
        using var rows = Uneven(16, 1_000);
        var options = new OpqOptions { Budget = TimeSpan.FromSeconds(10), GainMin = 0, Iterations = 1_000 };
        var clock = new SteppingClock(TimeSpan.FromSeconds(1));
        var training = OpqTrainer.Train(rows, 16, Shape, options, new TrainingContext { Clock = clock });
        Assert.Equal(OpqStop.Budget, training.Stop);
        Assert.InRange(training.Iterations, 0, 10);
        var none = options with { Budget = TimeSpan.Zero };
        training = OpqTrainer.Train(rows, 16, Shape, none, new TrainingContext { Clock = clock });
        Assert.Equal((OpqStop.Budget, 0), (training.Stop, training.Iterations));
    }

    [Fact]
    public void Equal_for_any_executor()
    {
        using var rows = Uneven(16, 9_500);
        var shape = Shape with { SamplesPerCodeword = 600 };
        var options = new OpqOptions { Iterations = 2 };
        var many = new TrainingContext { Executor = new Vesper.Indexing.ThreadExecutor(3) };
        var one = OpqTrainer.Train(rows, 16, shape, options, new TrainingContext());
        var other = OpqTrainer.Train(rows, 16, shape, options, many);
        Assert.Equal(one.Rotation!.Matrix.ToArray(), other.Rotation!.Matrix.ToArray());
        Assert.Equal(one.Codebooks.Centroids.ToArray(), other.Codebooks.Centroids.ToArray());
        Assert.Equal(one.RotatedError, other.RotatedError);
    }

    [Fact]
    public void Refuses_what_is_not_a_rotation()
    {
        Assert.Throws<ArgumentException>(() => new OpqRotation(2, [1, 0, 0, 1.01f]));
        Assert.Throws<ArgumentException>(() => new OpqRotation(2, [1, 0, 0, float.NaN]));
        Assert.Throws<ArgumentException>(() => new OpqRotation(2, [1, 0, 0]));
        var books = new ProductCodebooks(4, 2, 4, new float[64]);
        Assert.Throws<ArgumentException>(
            () => new RotatedQuantizer(new OpqRotation(2, [0, 1, -1, 0]), new ProductQuantizer(books)));
    }

    [Fact]
    public void Rows_are_turned_from_the_left_and_back()
    {
        var rotation = new OpqRotation(2, [0, 1, -1, 0]);
        var turned = new float[4];
        rotation.Apply([3, 4, 5, 6], turned);
        Assert.Equal([-4, 3, -6, 5], turned);
        var back = new float[4];
        rotation.Undo(turned, back);
        Assert.Equal([3, 4, 5, 6], back);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(129)]
    public void Products_with_a_matrix_agree_at_all_widths(int size)
    {
        var random = new Random(Seed);
        var matrix = Vectors.Gaussian(random, size * size);
        var rows = Vectors.Gaussian(random, 11 * size);
        foreach (var kernel in CodebookKernel.All)
        {
            var results = new float[(11 * size) + 1];
            results[^1] = 7;
            kernel.Multiply(rows, matrix, results);
            Assert.Equal(7, results[^1]);
            for (var i = 0; i < rows.Length; i++)
            {
                var column = Enumerable.Range(0, size).Select(row => matrix[(row * size) + (i % size)]).ToArray();
                var expected = Reference.Dot(rows.AsSpan(i / size * size, size), column);
                Assert.Equal(expected, results[i], 1e-4 * Math.Sqrt(size));
            }
        }
    }

    [Fact]
    public void Polar_and_eigen_give_orthonormal_matrices()
    {
        var random = new Random(Seed + 1);
        var matrix = SquareMatrix.From(Vectors.Gaussian(random, 30 * 30));
        var polar = matrix.Polar();
        Assert.NotNull(polar);
        Assert.InRange(new OpqRotation(30, polar.ToFloats()).Deviation, 0, 1e-5);

        // matrixᵀ · polar is symmetric when polar is its nearest rotation.
        for (var i = 0; i < 30; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.Equal(Column(i, j), Column(j, i), 1e-9);
            }
        }

        Assert.Null(new SquareMatrix(3).Polar());
        var diagonal = new SquareMatrix(3);
        (diagonal.Row(0)[0], diagonal.Row(1)[1], diagonal.Row(2)[2]) = (1, 5, 2);
        var (values, vectors) = diagonal.Eigen(() => false);
        Assert.Equal([5, 2, 1], values);
        Assert.Equal(1, Math.Abs(vectors.Row(0)[1]));

        double Column(int i, int j)
        {
            double sum = 0;
            for (var row = 0; row < 30; row++)
            {
                sum += matrix.Row(row)[i] * polar.Row(row)[j];
            }

            return sum;
        }
    }

    private static RowMatrix<float> Uneven(int dimensions, int count)
    {
        var random = new Random(Seed);
        var rows = new RowMatrix<float>(dimensions, new MemoryScope("test"));
        for (var i = 0; i < count; i++)
        {
            var row = Vectors.Gaussian(random, dimensions);
            for (var d = dimensions / 4; d < dimensions; d++)
            {
                row[d] *= 0.05f;
            }

            rows.Append(row);
        }

        return rows;
    }

    /// <summary>Each look at it finds it one step later.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;
    }
}
