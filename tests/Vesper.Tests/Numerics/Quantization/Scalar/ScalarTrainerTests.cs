using Vesper.Indexing;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Scalar;

namespace Vesper.Tests.Numerics.Quantization.Scalar;

public sealed class ScalarTrainerTests
{
    private const int Seed = 20240613;

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void Decodes_within_half_a_step(int bits)
    {
        var rows = Rows(500, 37, new Random(Seed));
        var training = Train(rows, new ScalarOptions { Bits = bits });
        Assert.Equal(0, training.ClampedElements);
        Assert.Equal(500 * 37, training.Elements);
        foreach (var row in rows)
        {
            var (decoded, clamped) = RoundTrip(training.Quantizer, row);
            Assert.Equal(0, clamped);
            for (var i = 0; i < row.Length; i++)
            {
                var half = 0.501f * training.Quantizer.Steps[i];
                Assert.InRange(decoded[i] - row[i], -half, half);
            }
        }
    }

    [Fact]
    public void A_range_by_dimension_is_its_smallest_and_largest()
    {
        float[][] rows = [[1, -5], [3, 5], [2, 0]];
        var quantizer = Train(rows, new ScalarOptions()).Quantizer;
        Assert.Equal([1f, -5f], quantizer.Minima.ToArray());
        Assert.Equal([2f / 255, 10f / 255], quantizer.Steps.ToArray());
    }

    [Fact]
    public void A_global_range_is_that_of_all()
    {
        float[][] rows = [[1, -5], [3, 5], [2, 0]];
        var quantizer = Train(rows, new ScalarOptions { Range = ScalarRange.Global }).Quantizer;
        Assert.Equal([-5f, -5f], quantizer.Minima.ToArray());
        Assert.Equal([10f / 255, 10f / 255], quantizer.Steps.ToArray());
    }

    [Theory]
    [InlineData(ScalarRange.PerDimension)]
    [InlineData(ScalarRange.Global)]
    public void Quantiles_cut_tails_and_count_what_they_clamp(ScalarRange range)
    {
        float[][] rows = [.. Enumerable.Range(0, 1001).Select(i => new[] { (float)i, 1000 - i })];
        var training = Train(rows, new ScalarOptions { Range = range, TailQuantile = 0.1 });
        Assert.Equal(100f, training.Quantizer.Minima[0]);
        Assert.Equal(800f / 255, training.Quantizer.Steps[0]);

        // 100 at each end of each dimension, but for one within half a step (1.57).
        Assert.Equal(4 * 99, training.ClampedElements);
        var (decoded, clamped) = RoundTrip(training.Quantizer, [-7, 5000]);
        Assert.Equal(2, clamped);
        Assert.Equal(100f, decoded[0]);
        Assert.Equal(900f, decoded[1], 0.001f);
    }

    [Fact]
    public void A_constant_dimension_decodes_to_its_value()
    {
        float[][] rows = [[7, 1], [7, 2]];
        var quantizer = Train(rows, new ScalarOptions()).Quantizer;
        Assert.Equal(7, RoundTrip(quantizer, rows[1]).Decoded[0]);
        Assert.Equal(7, RoundTrip(quantizer, [9, 1]).Decoded[0]);
        Assert.Equal(1, RoundTrip(quantizer, [9, 1]).Clamped);
    }

    [Fact]
    public void The_widest_range_of_floats_decodes_to_floats()
    {
        float[][] rows = [[float.MaxValue], [float.MinValue], [0]];
        foreach (var bits in (int[])[4, 8])
        {
            var quantizer = Train(rows, new ScalarOptions { Bits = bits }).Quantizer;
            Assert.Equal(float.MaxValue, RoundTrip(quantizer, rows[0]).Decoded[0], 1e33f);
            Assert.Equal(float.MinValue, RoundTrip(quantizer, rows[1]).Decoded[0]);
        }
    }

    [Fact]
    public void The_executor_does_not_change_the_result()
    {
        var rows = Rows(300, 50, new Random(Seed + 1));
        var options = new ScalarOptions { TailQuantile = 0.02, SampleRowsMax = 100 };
        var serial = Train(rows, options);
        using var matrix = Matrix(rows);
        var wide = ScalarTrainer.Train(matrix, options, new ThreadExecutor(3), default);
        Assert.Equal(serial.Quantizer.Minima.ToArray(), wide.Quantizer.Minima.ToArray());
        Assert.Equal(serial.Quantizer.Steps.ToArray(), wide.Quantizer.Steps.ToArray());
        Assert.Equal(100 * 50, wide.Elements);
        Assert.Equal(serial.ClampedElements, wide.ClampedElements);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Refuses_what_is_not_finite(float bad)
    {
        var error = Assert.Throws<ArgumentException>(() => Train([[1, 2], [3, bad]], new ScalarOptions()));
        Assert.Equal("rows", error.ParamName);
        Assert.Contains("Dimension 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_no_rows_and_bad_options()
    {
        Assert.Throws<ArgumentException>(() => Train([], new ScalarOptions()));
        foreach (var bad in (ScalarOptions[])
            [
                new() { Bits = 5 }, new() { TailQuantile = 0.3 }, new() { TailQuantile = double.NaN },
                new() { SampleRowsMax = 0 }, new() { Range = 0 },
            ])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Train([[1]], bad));
        }

        Assert.Throws<ArgumentException>(() => new ScalarQuantizer(8, [float.NaN], [1]));
        Assert.Throws<ArgumentException>(() => new ScalarQuantizer(8, [1], [-1]));
        Assert.ThrowsAny<ArgumentException>(() => new ScalarQuantizer(8, [1, 2], [1]));
        Assert.ThrowsAny<ArgumentException>(() => new ScalarQuantizer(8, [], []));
        Assert.ThrowsAny<ArgumentException>(() => new ScalarQuantizer(8, [1], [1]).Encode([1, 2], new byte[1]));
        Assert.ThrowsAny<ArgumentException>(() => new ScalarQuantizer(8, [1], [1]).Blocks.ScorerFor([1, 2], 1));
    }

    [Fact]
    public void Halves_beyond_the_limit_are_clamped_and_counted()
    {
        var quantizer = new HalfQuantizer(3);
        var code = new byte[6];
        quantizer.Encode([1e9f, -70_000, 1.5f], code, out var clamped);
        Assert.Equal(2, clamped);
        var decoded = new float[3];
        quantizer.Decode(code, decoded);
        Assert.Equal([65_504f, -65_504f, 1.5f], decoded);
    }

    private static (float[] Decoded, int Clamped) RoundTrip(ScalarQuantizer quantizer, float[] row)
    {
        var code = new byte[quantizer.CodeBytes];
        quantizer.Encode(row, code, out var clamped);
        var decoded = new float[row.Length];
        quantizer.Decode(code, decoded);
        return (decoded, clamped);
    }

    private static ScalarTraining Train(float[][] rows, ScalarOptions options)
    {
        using var matrix = Matrix(rows);
        return ScalarTrainer.Train(matrix, options, SerialExecutor.Instance, default);
    }

    private static RowMatrix<float> Matrix(float[][] rows)
    {
        var matrix = new RowMatrix<float>(rows.Length == 0 ? 1 : rows[0].Length, new MemoryScope("test"));
        foreach (var row in rows)
        {
            matrix.Append(row);
        }

        return matrix;
    }

    private static float[][] Rows(int count, int dimensions, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => Vectors.Gaussian(random, dimensions))];
}
