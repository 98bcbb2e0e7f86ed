using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Tests.Numerics;

namespace Vesper.Tests.Conformance;

/// <summary>
/// What every quantizer, its block layout and its scorers must do. A subclass says how one is trained.
/// </summary>
public abstract class QuantizerConformance
{
    private const int Seed = 20240611;
    private const int TrainingRows = 700;

    /// <summary>Dimensions that the quantizer takes; each test runs at all of them.</summary>
    private protected virtual int[] Dimensions => [8, 24, 72];

    /// <summary>
    /// How far an estimate may lie from offset + term + weight × ⟨query, decoded⟩ in double precision, as a share of
    /// the magnitudes that are summed.
    /// </summary>
    private protected virtual double EstimateTolerance => 1e-5;

    /// <summary>
    /// How far decoded(encoded(decoded)) may lie from decoded, as a share of its norm; negative when a second round
    /// says nothing (an unbiased code may stretch what it encodes again).
    /// </summary>
    private protected virtual double IdempotenceTolerance => 1e-5;

    /// <summary>A quantizer trained on rows.</summary>
    /// <param name="rows">At least as many columns as dimensions.</param>
    private protected abstract IQuantizer Train(RowMatrix<float> rows, int dimensions);

    [Fact]
    public void Says_its_sizes() => ForAll((quantizer, data) =>
    {
        Assert.Equal(data.Dimensions, quantizer.Dimensions);
        Assert.True(quantizer.CodeBytes > 0);
        var codes = IBlockLayout.RowsPerBlock * (quantizer.CodeBytes + sizeof(float));
        Assert.InRange(quantizer.Blocks.BlockBytes, codes, 2 * codes + 4096);
        Assert.Same(quantizer.Blocks, quantizer.Blocks);
    });

    [Fact]
    public void Decodes_nearer_than_the_origin_is() => ForAll((quantizer, data) =>
    {
        double error = 0, energy = 0;
        foreach (var row in data.Rows)
        {
            error += Reference.SquaredL2(row, Decoded(quantizer, Encoded(quantizer, row)));
            energy += Reference.Dot(row, row);
        }

        Assert.True(error < energy, $"error {error}, energy {energy}");
    });

    [Fact]
    public void Encodes_what_it_decoded_to_the_same() => ForAll((quantizer, data) =>
    {
        foreach (var row in data.Rows.Take(IdempotenceTolerance < 0 ? 0 : 100))
        {
            var once = Decoded(quantizer, Encoded(quantizer, row));
            var twice = Decoded(quantizer, Encoded(quantizer, once));
            var distance = Math.Sqrt(Reference.SquaredL2(once, twice));
            Assert.True(distance <= IdempotenceTolerance * Reference.Norm(once), $"{distance} apart");
        }
    });

    [Fact]
    public void Encodes_deterministically() => ForAll((quantizer, data) =>
    {
        var again = Train(data.Matrix, data.Dimensions);
        foreach (var row in data.Rows.Take(50))
        {
            Assert.Equal(Encoded(quantizer, row), Encoded(quantizer, row));
            Assert.Equal(Encoded(quantizer, row), Encoded(again, row));
        }
    });

    [Fact]
    public void Encodes_a_batch_as_one_by_one() => ForAll((quantizer, data) =>
    {
        foreach (var count in (int[])[0, 1, 7, 33, 100])
        {
            var rows = data.Rows.Take(count).ToArray();
            var codes = new byte[(count * quantizer.CodeBytes) + 1];
            codes[^1] = 0xA5;
            quantizer.EncodeRows([.. rows.SelectMany(row => row)], codes);
            Assert.Equal(rows.SelectMany(row => Encoded(quantizer, row)), codes[..^1]);
            Assert.Equal(0xA5, codes[^1]);
        }
    });

    [Fact]
    public void Reads_from_a_slot_what_was_written() => ForAll((quantizer, data) =>
    {
        var blocks = quantizer.Blocks;
        var block = new byte[blocks.BlockBytes];
        var codes = data.Rows.Take(64).Select(row => Encoded(quantizer, row)).ToArray();
        var code = new byte[quantizer.CodeBytes];

        // Twice, so that a write also replaces what was there, in any order and without touching its neighbours.
        for (var round = 0; round < 2; round++)
        {
            foreach (var slot in Order(round))
            {
                blocks.Write(block, slot, codes[32 * round + slot], (100 * round) + slot - 7.5f);
            }

            for (var slot = 0; slot < IBlockLayout.RowsPerBlock; slot++)
            {
                Assert.Equal((100 * round) + slot - 7.5f, blocks.Read(block, slot, code));
                Assert.Equal(codes[32 * round + slot], code);
            }
        }
    });

    [Theory]
    [InlineData(-2)]
    [InlineData(-1)]
    public void Estimates_by_the_decoded_row(float weight) => ForAll((quantizer, data) =>
    {
        foreach (var count in (int[])[0, 1, 31, 32, 33, 64, 100, 555])
        {
            var packed = Pack(quantizer, data, count);
            foreach (var query in (float[][])[data.Query(), data.Query(), new float[data.Dimensions]])
            {
                using var scorer = quantizer.Blocks.ScorerFor(query, weight);
                var list = new ListTerms(data.Offset(), Norm(query));
                var found = Scan(scorer, packed, list, float.PositiveInfinity);
                Assert.Equal(Enumerable.Range(0, count), found.Select(one => one.Position));
                foreach (var (position, estimate) in found)
                {
                    var decoded = packed.Decoded[position];
                    var product = weight * Reference.Dot(query, decoded);
                    var expected = list.Offset + packed.Terms[position] + product;
                    var magnitude = Math.Abs(list.Offset) + Math.Abs(packed.Terms[position])
                        + (Math.Abs(weight) * Norm(query) * Reference.Norm(decoded));
                    Assert.True(
                        Math.Abs(expected - estimate) <= EstimateTolerance * magnitude,
                        $"{data.Dimensions} dimensions, row {position} of {count}: {expected} and {estimate}");
                }
            }
        }
    });

    /// <summary>
    /// Without an error bound exactly the rows within the threshold are found; with one, at least those. The bits of
    /// an estimate do not depend on the threshold.
    /// </summary>
    [Fact]
    public void Misses_no_row_within_a_threshold() => ForAll((quantizer, data) =>
    {
        foreach (var count in (int[])[1, 40, 600])
        {
            var packed = Pack(quantizer, data, count);
            for (var round = 0; round < 8; round++)
            {
                using var scorer = quantizer.Blocks.ScorerFor(data.Query(), -2);
                var list = new ListTerms(data.Offset(), 3);
                var all = Scan(scorer, packed, list, float.PositiveInfinity);
                var sorted = all.Select(one => one.Estimate).Order().ToArray();
                foreach (var rank in (int[])[0, 1, 9, count / 10, count / 2, count - 1])
                {
                    var threshold = sorted[Math.Min(rank, count - 1)];
                    Check(quantizer, all, Scan(scorer, packed, list, threshold), threshold);
                    threshold = MathF.BitDecrement(threshold);
                    Check(quantizer, all, Scan(scorer, packed, list, threshold), threshold);
                }

                Assert.Empty(Scan(scorer, packed, list, float.NegativeInfinity));
            }
        }
    });

    [Fact]
    public void A_scorer_from_the_pool_forgets_its_last_query() => ForAll((quantizer, data) =>
    {
        var packed = Pack(quantizer, data, 70);
        var list = new ListTerms(1, 1);
        float[] first = data.Query(), second = data.Query();
        var alone = Estimates(first);
        _ = Estimates(second);
        Assert.Equal(alone, Estimates(first));
        using var one = quantizer.Blocks.ScorerFor(first, -1);
        using var other = quantizer.Blocks.ScorerFor(second, -1);
        _ = Scan(other, packed, list, float.PositiveInfinity);
        Assert.Equal(alone, Scan(one, packed, list, float.PositiveInfinity));

        List<(int, float)> Estimates(float[] query)
        {
            using var scorer = quantizer.Blocks.ScorerFor(query, -1);
            return Scan(scorer, packed, list, float.PositiveInfinity);
        }
    });

    [Fact]
    public void A_block_of_zeros_is_valid() => ForAll((quantizer, data) =>
    {
        var packed = new Packed(new byte[quantizer.Blocks.BlockBytes], [], []);
        using var scorer = quantizer.Blocks.ScorerFor(data.Query(), -2);
        var positions = new int[32];
        var estimates = new float[32];
        var found = scorer.Scan(
            packed.Blocks, 32, new ListTerms(0, 1), float.PositiveInfinity, positions, estimates);
        Assert.Equal(32, found);
        Assert.All(estimates, estimate => Assert.False(float.IsNaN(estimate)));
    });

    [Fact]
    public void Takes_zero_rows_and_identical_rows() => ForAll((quantizer, data) =>
    {
        foreach (var row in (float[][])[new float[data.Dimensions], data.Rows[0]])
        {
            var scope = new MemoryScope("test");
            using var rows = new RowMatrix<float>(data.Dimensions, scope);
            for (var i = 0; i < 300; i++)
            {
                rows.Append(row);
            }

            var own = Train(rows, data.Dimensions);
            foreach (var one in (IQuantizer[])[quantizer, own])
            {
                var decoded = Decoded(one, Encoded(one, row));
                Assert.All(decoded, element => Assert.True(float.IsFinite(element)));
            }
        }
    });

    private void ForAll(Action<IQuantizer, Data> test)
    {
        foreach (var dimensions in Dimensions)
        {
            using var data = new Data(dimensions);
            test(Train(data.Matrix, dimensions), data);
        }
    }

    private static void Check(
        IQuantizer quantizer, List<(int Position, float Estimate)> all, List<(int, float)> found, float threshold)
    {
        var within = all.Where(one => one.Estimate <= threshold).ToList();
        if (quantizer.IsUnbiased)
        {
            Assert.Empty(within.Except(found));
            Assert.Empty(found.Except(all));
            return;
        }

        Assert.Equal(within, found);
    }

    private static List<(int Position, float Estimate)> Scan(
        IBlockScorer scorer, Packed packed, ListTerms list, float threshold)
    {
        var rows = packed.Terms.Length;
        var positions = new int[rows + 1];
        var estimates = new float[rows + 1];
        positions[rows] = -7;
        var found = scorer.Scan(packed.Blocks, rows, list, threshold, positions, estimates);
        Assert.InRange(found, 0, rows);
        Assert.Equal(-7, positions[rows]);
        Assert.Equal(positions[..found].Distinct().Order(), positions[..found]);
        return [.. positions.Zip(estimates).Take(found)];
    }

    private static Packed Pack(IQuantizer quantizer, Data data, int count)
    {
        const int PerBlock = IBlockLayout.RowsPerBlock;
        var bytes = quantizer.Blocks.BlockBytes;
        var blocks = new byte[(count + PerBlock - 1) / PerBlock * bytes];

        // What lies behind the rows in use must not matter.
        new Random(Seed).NextBytes(blocks.AsSpan(Math.Max(0, blocks.Length - bytes)));
        var terms = new float[count];
        var decoded = new float[count][];
        for (var i = 0; i < count; i++)
        {
            var code = Encoded(quantizer, data.Rows[i]);
            decoded[i] = Decoded(quantizer, code);
            terms[i] = data.Offset();
            quantizer.Blocks.Write(blocks.AsSpan(i / PerBlock * bytes, bytes), i % PerBlock, code, terms[i]);
        }

        return new Packed(blocks, terms, decoded);
    }

    private static IEnumerable<int> Order(int round)
    {
        var slots = Enumerable.Range(0, IBlockLayout.RowsPerBlock).ToArray();
        new Random(Seed + round).Shuffle(slots);
        return slots;
    }

    private static byte[] Encoded(IQuantizer quantizer, float[] row)
    {
        var code = new byte[quantizer.CodeBytes];
        quantizer.Encode(row, code);
        return code;
    }

    private static float[] Decoded(IQuantizer quantizer, byte[] code)
    {
        var row = new float[quantizer.Dimensions];
        quantizer.Decode(code, row);
        return row;
    }

    private static float Norm(float[] vector) => (float)Reference.Norm(vector);

    private sealed record Packed(byte[] Blocks, float[] Terms, float[][] Decoded);

    /// <summary>Rows around a few centres, with one direction that is stronger than the others.</summary>
    private sealed class Data : IDisposable
    {
        private readonly Random _random;

        public Data(int dimensions)
        {
            _random = new Random(Seed + dimensions);
            Dimensions = dimensions;
            float[][] centres = [.. Enumerable.Range(0, 12).Select(_ => Vectors.Gaussian(_random, dimensions))];
            Rows = [.. Enumerable.Range(0, TrainingRows).Select(i => Near(centres[i % centres.Length]))];
            Matrix = new RowMatrix<float>(dimensions, new MemoryScope("test"));
            foreach (var row in Rows)
            {
                Matrix.Append(row);
            }
        }

        public int Dimensions { get; }

        public float[][] Rows { get; }

        public RowMatrix<float> Matrix { get; }

        public float[] Query() => Near(Rows[_random.Next(Rows.Length)]);

        public float Offset() => (4 * _random.NextSingle()) - 1;

        public void Dispose() => Matrix.Dispose();

        private float[] Near(float[] centre)
        {
            var row = Vectors.Gaussian(_random, Dimensions);
            var along = Vectors.Gaussian(_random, 1)[0];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = centre[i] + (0.4f * row[i]) + along;
            }

            return row;
        }
    }
}
