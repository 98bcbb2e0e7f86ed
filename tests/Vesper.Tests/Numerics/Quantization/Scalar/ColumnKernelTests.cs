using Vesper.Numerics.Kernels;
using Vesper.Numerics.Quantization.Scalar;
using Vesper.Numerics.Scoring;

namespace Vesper.Tests.Numerics.Quantization.Scalar;

/// <summary>The scan at every width, in hardware or emulated, against the definition of the estimate.</summary>
public sealed class ColumnKernelTests
{
    private const int Seed = 20240612;

    private static readonly int[] Dimensions = [1, 2, 3, 4, 5, 7, 63, 64, 65, 100, 128, 384];

    public static TheoryData<string> Widths => [.. KernelTable.All.Select(table => table.Name)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Estimates_bytes(string width) =>
        Check(width, (dimensions, table) => Quantizer(8, dimensions, table));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Estimates_nibbles(string width) =>
        Check(width, (dimensions, table) => Quantizer(4, dimensions, table));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Estimates_halves(string width) =>
        Check(width, (dimensions, table) => new HalfQuantizer(dimensions, table));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Estimates_floats(string width) =>
        Check(width, (dimensions, table) => new FlatQuantizer(dimensions, table));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Widens_every_finite_half(string width)
    {
        var quantizer = new HalfQuantizer(1, Table(width));
        Half[] halves = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        float[][] rows = [.. halves.Where(Half.IsFinite).Select(half => new[] { (float)half })];
        var scan = new QuantizerScan(quantizer, rows, _ => 0);
        foreach (var (position, estimate) in scan.Find([1], 1, new ListTerms(0, 0)))
        {
            Assert.Equal(rows[position][0], estimate);
        }
    }

    private static KernelTable Table(string width) => KernelTable.All.Single(table => table.Name == width);

    private static ScalarQuantizer Quantizer(int bits, int dimensions, KernelTable table)
    {
        var random = new Random(Seed + dimensions);
        float[] minima = Vectors.Gaussian(random, dimensions);
        float[] steps = [.. Vectors.Gaussian(random, dimensions).Select(value => Math.Abs(value) / (1 << (bits - 1)))];
        steps[dimensions / 2] = 0;
        return new ScalarQuantizer(bits, minima, steps, table);
    }

    private static void Check(string width, Func<int, KernelTable, IQuantizer> make)
    {
        var random = new Random(Seed);
        foreach (var dimensions in Dimensions)
        {
            var quantizer = make(dimensions, Table(width));
            float[][] rows = [.. Enumerable.Range(0, 70).Select(_ => Vectors.Gaussian(random, dimensions))];
            var scan = new QuantizerScan(quantizer, rows, i => i - 3.5f);
            var query = Vectors.Gaussian(random, dimensions);
            var all = scan.Find(query, -2, new ListTerms(1.5f, 1));
            Assert.Equal(rows.Length, all.Count);
            foreach (var (position, estimate) in all)
            {
                var (value, magnitude) = scan.Expected(query, -2, 1.5f, position);
                Assert.True(
                    Math.Abs(value - estimate) <= 1e-5 * magnitude, $"{dimensions}: {value}, {estimate}");
            }

            var threshold = all[20].Estimate;
            Assert.Equal(
                all.Where(one => one.Estimate <= threshold),
                scan.Find(query, -2, new ListTerms(1.5f, 1), threshold));
        }
    }
}
