using System.Numerics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Kernels.Elements;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Kernels.Elements;

/// <summary>
/// Rows of halves, bytes and bits agree with the scalar truth at every width and tail: integers exactly, halves within
/// 1e-5 of the sum of the magnitudes of all terms, as floats do.
/// </summary>
public sealed class ElementKernelTests
{
    private const int Seed = 20260608;

    private static readonly int[] Dimensions = [.. Enumerable.Range(1, 130), 384, 768, 1023];

    public static TheoryData<string, Metric> Kernels =>
    [
        .. from row in KernelTable.All
           from metric in (Metric[])[Metric.L2, Metric.Dot, Metric.Manhattan]
           select (row.Name, metric),
    ];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Halves_equal_the_scalar_reference(string width, Metric metric)
    {
        ElementKernel<float, Half, float> kernel = Table(width).Halves.For(metric);
        var random = new Random(Seed);
        foreach (int dimensions in Dimensions)
        {
            float[] query = Vectors.Gaussian(random, dimensions);
            Half[] row = [.. Vectors.Gaussian(random, dimensions).Select(element => (Half)element)];
            float[] widened = [.. row.Select(element => (float)element)];
            double truth = Truth(metric, query, widened);
            double tolerance = 1e-5 * (Reference.Norm(query) * Reference.Norm(widened) + Math.Abs(truth));
            double error = Math.Abs(truth - kernel.Distance(query, row));
            Assert.True(error <= tolerance, $"{width} {metric}, {dimensions} dimensions");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_finite_half_is_read_exactly(string width, Metric metric)
    {
        ElementKernel<float, Half, float> kernel = Table(width).Halves.For(metric);
        Half[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        foreach (int dimensions in (int[])[1, 16, 33])
        {
            var query = new float[dimensions];
            var row = new Half[dimensions];
            query[^1] = metric == Metric.Dot ? 1 : 0;
            foreach (Half half in all.Where(Half.IsFinite))
            {
                row[^1] = half;
                float value = (float)half;
                float expected = metric switch
                {
                    Metric.L2 => value * value,
                    Metric.Dot => -value,
                    _ => MathF.Abs(value),
                };
                float distance = kernel.Distance(query, row);
                if (distance != expected)
                {
                    Assert.Fail($"{width} {metric}, {dimensions} dimensions, {half}: {distance}, not {expected}");
                }
            }

            row[^1] = Half.NaN;
            Assert.False(float.IsNaN(kernel.Distance(query, row)));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Bytes_are_exact(string width, Metric metric)
    {
        KernelTable table = Table(width);
        var random = new Random(Seed + 1);
        foreach (int dimensions in Dimensions)
        {
            // Odd rounds sit at the ends of the range.
            bool extreme = dimensions % 2 == 1;
            byte[] left = Bytes(random, dimensions, extreme);
            byte[] right = Bytes(random, dimensions, extreme);
            double truth = Truth(metric, Floats(left), Floats(right));
            Assert.Equal(truth, table.Bytes.For(metric).Distance(left, right));
            sbyte[] signedLeft = [.. left.Select(value => (sbyte)value)];
            sbyte[] signedRight = [.. right.Select(value => (sbyte)value)];
            double signedTruth = Truth(metric, Floats(signedLeft), Floats(signedRight));
            Assert.Equal(signedTruth, table.SignedBytes.For(metric).Distance(signedLeft, signedRight));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_most_dimensions_do_not_overflow(string width, Metric metric)
    {
        KernelTable table = Table(width);
        const int Most = 32_768;
        var high = new byte[Most];
        high.AsSpan().Fill(255);
        long expected = metric switch { Metric.L2 => 255L * 255, Metric.Dot => -255L * 255, _ => 255 };
        byte[] other = metric == Metric.Dot ? high : new byte[Most];
        Assert.Equal(expected * Most, table.Bytes.For(metric).Distance(high, other));
        sbyte[] low = [.. Enumerable.Repeat(sbyte.MinValue, Most)];
        long signed = metric switch { Metric.Dot => -16_384L, Metric.L2 => 0, _ => 0 };
        Assert.Equal(signed * Most, table.SignedBytes.For(metric).Distance(low, low));
    }

    [Fact]
    public void Hamming_counts_differing_bits()
    {
        var random = new Random(Seed + 2);
        foreach (int bytes in Dimensions)
        {
            byte[] left = Bytes(random, bytes, extreme: false);
            byte[] right = Bytes(random, bytes, extreme: false);
            int expected = left.Zip(right, (a, b) => BitOperations.PopCount((uint)(a ^ b))).Sum();
            Assert.Equal(expected, KernelTable.Current.Hamming.Distance(left, right));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_by_ordinal_equal_single_pairs(string width, Metric metric)
    {
        KernelTable table = Table(width);
        var random = new Random(Seed + 3);
        foreach (int dimensions in (int[])[1, 3, 31, 32, 65, 128, 200])
        {
            float[] floats = Vectors.Gaussian(random, dimensions);
            byte[] bytes = Bytes(random, dimensions, extreme: false);
            AssertRows(table.Halves.For(metric), floats, () => (Half)random.NextSingle());
            AssertRows(table.Bytes.For(metric), bytes, () => (byte)random.Next(256));
            sbyte[] signed = [.. bytes.Select(value => (sbyte)value)];
            AssertRows(table.SignedBytes.For(metric), signed, () => (sbyte)random.Next(256));
            AssertRows(table.Hamming, bytes, () => (byte)random.Next(256));
        }
    }

    [Fact]
    public void Bad_requests_are_refused()
    {
        KernelTable table = KernelTable.Current;
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Bytes.For((Metric)77));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Halves.For((Metric)77));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Hamming.Distance(new byte[2], new byte[3]));
        Assert.Same(table.Bytes.NegatedDot, table.Bytes.For(Metric.Cosine));
        Assert.Same(table.Halves.NegatedDot, table.Halves.For(Metric.Cosine));
    }

    private static void AssertRows<TQuery, TRow, TDistance>(
        ElementKernel<TQuery, TRow, TDistance> kernel, TQuery[] query, Func<TRow> draw)
        where TQuery : unmanaged where TRow : unmanaged
    {
        var scope = new MemoryScope("test");
        using var rows = new RowMatrix<TRow>(query.Length, scope);
        for (int i = 0; i < 40; i++)
        {
            rows.Append([.. query.Select(_ => draw())]);
        }

        Ordinal[] ordinals = [.. Enumerable.Range(0, 60).Select(i => new Ordinal(i * 17 % 40))];
        var distances = new TDistance[60];
        kernel.Score(query, rows.Addresses, ordinals, distances);
        for (int i = 0; i < ordinals.Length; i++)
        {
            Assert.Equal(kernel.Distance(query, rows.Row(ordinals[i].Value)), distances[i]);
        }
    }

    private static KernelTable Table(string name) => KernelTable.All.Single(row => row.Name == name);

    private static double Truth(Metric metric, float[] left, float[] right) => metric switch
    {
        Metric.L2 => Reference.SquaredL2(left, right),
        Metric.Dot => -Reference.Dot(left, right),
        _ => Reference.Manhattan(left, right),
    };

    private static float[] Floats<T>(T[] values) where T : INumber<T> => [.. values.Select(float.CreateChecked)];

    private static byte[] Bytes(Random random, int count, bool extreme)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return extreme ? [.. bytes.Select(AtAnEnd)] : bytes;

        // 0 and 255, and the ends of the signed range.
        static byte AtAnEnd(byte value) =>
            value < 128 ? (byte)(127 * (value & 1)) : (byte)(255 - 127 * (value & 1));
    }
}
