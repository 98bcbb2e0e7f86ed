using Vesper.Numerics.Kernels;
using Vesper.Numerics.Quantization.RaBitQ;
using Vesper.Numerics.Scoring;

namespace Vesper.Tests.Numerics.Quantization.RaBitQ;

public sealed class RaBitQQuantizerTests
{
    private const int Seed = 20240615;

    public static TheoryData<string, int> Cases =>
        [.. from table in KernelTable.All from bits in Enumerable.Range(1, 9) select (table.Name, bits)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Estimates_by_the_decoded_row_at_every_width(string width, int bits)
    {
        var table = KernelTable.All.Single(row => row.Name == width);
        var random = new Random(Seed);
        foreach (var dimensions in (int[])[1, 3, 63, 64, 65, 100, 128, 384, 1100])
        {
            var quantizer = new RaBitQQuantizer(dimensions, new RaBitQOptions { Bits = bits }, table);
            float[][] rows = [.. Enumerable.Range(0, 40).Select(_ => Vectors.Gaussian(random, dimensions))];
            var scan = new QuantizerScan(quantizer, rows, i => i - 3.5f);
            var query = Vectors.Gaussian(random, dimensions);
            var all = scan.Find(query, -2, new ListTerms(1.5f, 1));
            Assert.Equal(rows.Length, all.Count);
            foreach (var (position, estimate) in all)
            {
                var (value, magnitude) = scan.Expected(query, -2, 1.5f, position);
                Assert.True(Math.Abs(value - estimate) <= 1e-5 * magnitude, $"{dimensions}: {value}, {estimate}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void Errors_are_unbiased_and_as_wide_as_the_codes_say(int bits)
    {
        const int Seeds = 1500, Dimensions = 100;
        var random = new Random(Seed + bits);
        float[] row = Vectors.Gaussian(random, Dimensions), query = Vectors.Gaussian(random, Dimensions);
        double truth = Reference.Dot(row, query), sum = 0, squares = 0, variance = 0;
        var outside = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var quantizer = new RaBitQQuantizer(Dimensions, new RaBitQOptions { Bits = bits, Seed = (ulong)seed });
            var code = new byte[quantizer.CodeBytes];
            var decoded = new float[Dimensions];
            quantizer.Encode(row, code);
            quantizer.Decode(code, decoded);
            var error = Reference.Dot(query, decoded) - truth;
            var deviation = Math.Abs(BitConverter.ToSingle(code, code.Length - 4)) * Reference.Norm(query);
            sum += error;
            squares += error * error;
            variance += deviation * deviation;
            outside += Math.Abs(error) > 1.9 * deviation ? 1 : 0;
        }

        // The mean of n errors lies within four of its own deviations; the variance within a few of its.
        Assert.InRange(sum / Seeds, -4 * Math.Sqrt(squares) / Seeds, 4 * Math.Sqrt(squares) / Seeds);
        Assert.InRange(squares / variance, 0.8, 1.2);
        Assert.InRange((double)outside / Seeds, 0.02, 0.09);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_grid_point_is_nearly_the_nearest(int bits)
    {
        var random = new Random(Seed);
        double best = 0, found = 0;
        for (var round = 0; round < 30; round++)
        {
            float[] magnitudes = [.. Vectors.Gaussian(random, 64).Select(Math.Abs)];
            best += 1 / Math.Pow(BestCosine(magnitudes, bits - 1), 2) - 1;
            found += 1 / Math.Pow(Cosine(magnitudes, RaBitQGrid.BestScale(magnitudes, bits - 1), bits - 1), 2) - 1;
        }

        Assert.InRange(found / best, 0.9999, 1.03);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Bounds_hold_with_their_probability_and_exclude_most_rows(int bits)
    {
        // Differences from a centroid far from the origin: only the distance from the centroid may count.
        const int Dimensions = 96, Count = 2000;
        var random = new Random(Seed + bits);
        float[] centroid = [.. Vectors.Gaussian(random, Dimensions).Select(value => 5 * value)];
        float[][] residuals = [.. Enumerable.Range(0, Count).Select(_ => Vectors.Gaussian(random, Dimensions))];
        var quantizer = new RaBitQQuantizer(Dimensions, new RaBitQOptions { Bits = bits });
        var blockBytes = quantizer.Blocks.BlockBytes;
        var blocks = new byte[(Count + 31) / 32 * blockBytes];
        for (var i = 0; i < Count; i++)
        {
            var code = new byte[quantizer.CodeBytes];
            var decoded = new float[Dimensions];
            quantizer.EncodeResidual(residuals[i], centroid, code);
            quantizer.Decode(code, decoded);
            var term = Reference.Dot(residuals[i], residuals[i]) + (2 * Reference.Dot(centroid, decoded));
            quantizer.Blocks.Write(blocks.AsSpan(i / 32 * blockBytes, blockBytes), i % 32, code, (float)term);
        }

        int missed = 0, within = 0, looks = 0;
        for (var round = 0; round < 20; round++)
        {
            float[] own = Vectors.Gaussian(random, Dimensions);
            float[] query = [.. own.Zip(centroid, (x, c) => x + c)];
            double[] distances = [.. residuals.Select(residual => Reference.SquaredL2(own, residual))];
            var threshold = distances.Order().ElementAt(20);
            var radius = Reference.Norm(own);
            using var scorer = (RaBitQScorer)quantizer.Blocks.ScorerFor(query, -2);
            var positions = new int[Count];
            var list = new ListTerms((float)(radius * radius), (float)radius);
            var found = scorer.Scan(blocks, Count, list, (float)threshold, positions, new float[Count]);
            var hits = positions.Take(found).ToHashSet();
            missed += Enumerable.Range(0, Count).Count(i => distances[i] <= threshold && !hits.Contains(i));
            within += 21;
            looks += (int)scorer.SecondLooks;
        }

        Assert.InRange(missed, 0, 0.03 * within);
        Assert.InRange(looks, within, 0.6 * 20 * Count);
    }

    [Fact]
    public void Zero_rows_and_rows_on_the_grid_have_no_error()
    {
        foreach (var bits in (int[])[1, 4])
        {
            var quantizer = new RaBitQQuantizer(24, new RaBitQOptions { Bits = bits });
            var code = new byte[quantizer.CodeBytes];
            var decoded = new float[24];
            quantizer.Encode(new float[24], code);
            quantizer.Decode(code, decoded);
            Assert.All(decoded, element => Assert.Equal(0, element));
            quantizer.Encode([.. Enumerable.Repeat(1e15f, 24)], code);
            quantizer.Decode(code, decoded);
            Assert.All(decoded, element => Assert.True(float.IsFinite(element)));
        }
    }

    [Fact]
    public void Dimensions_and_options_say_all()
    {
        var row = Vectors.Gaussian(new Random(Seed), 30);
        byte[] Code(ulong seed)
        {
            var quantizer = new RaBitQQuantizer(30, new RaBitQOptions { Seed = seed });
            var code = new byte[quantizer.CodeBytes];
            quantizer.Encode(row, code);
            return code;
        }

        Assert.Equal(Code(3), Code(3));
        Assert.NotEqual(Code(3), Code(4));
    }

    [Fact]
    public void Refuses_bad_options_and_lengths()
    {
        foreach (var bad in (RaBitQOptions[])
            [
                new() { Bits = 0 }, new() { Bits = 10 }, new() { BoundWidth = 0 }, new() { BoundWidth = float.NaN },
            ])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new RaBitQQuantizer(8, bad));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new RaBitQQuantizer(0, new RaBitQOptions()));
        var quantizer = new RaBitQQuantizer(8, new RaBitQOptions());
        Assert.ThrowsAny<ArgumentException>(() => quantizer.Encode(new float[7], new byte[quantizer.CodeBytes]));
        Assert.ThrowsAny<ArgumentException>(() => quantizer.Decode(new byte[3], new float[8]));
        Assert.ThrowsAny<ArgumentException>(() => quantizer.Blocks.ScorerFor(new float[9], -2));
        var block = new byte[quantizer.Blocks.BlockBytes];
        Assert.ThrowsAny<ArgumentException>(() => quantizer.Blocks.Write(block, 32, new byte[quantizer.CodeBytes], 0));
        Assert.ThrowsAny<ArgumentException>(() => quantizer.Blocks.Read(block, -1, new byte[quantizer.CodeBytes]));
    }

    /// <summary>The best over every scale at which a level changes.</summary>
    private static double BestCosine(float[] magnitudes, int extraBits)
    {
        var scales = from magnitude in magnitudes
                     from level in Enumerable.Range(1, (1 << extraBits) - 1)
                     select level / magnitude * 1.000001f;
        return scales.Max(scale => Cosine(magnitudes, scale, extraBits));
    }

    private static double Cosine(float[] magnitudes, float scale, int extraBits)
    {
        double dot = 0, squares = 0, norm = 0;
        foreach (var magnitude in magnitudes)
        {
            var level = Math.Floor(Math.Min(magnitude * scale, (1 << extraBits) - 1)) + 0.5;
            dot += level * magnitude;
            squares += level * level;
            norm += (double)magnitude * magnitude;
        }

        return dot / Math.Sqrt(squares * norm);
    }
}
