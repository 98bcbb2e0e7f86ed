using System.Numerics.Tensors;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Kernels;

/// <summary>
/// Every width runs here, in hardware or emulated: each must agree with the scalar truth, at every length of the tail.
/// Tolerance: 1e-5 of the sum of the magnitudes of all terms (float rounding grows with the root of the length).
/// </summary>
public sealed class KernelParityTests
{
    private const int Seed = 20240607;

    private static readonly int[] Dimensions = [.. Enumerable.Range(1, 130), 256, 384, 768, 1023, 1536];

    public static TheoryData<string, Metric> Kernels =>
        [.. from row in KernelTable.All from metric in Metrics select (row.Name, metric)];

    private static Metric[] Metrics => [Metric.L2, Metric.Dot, Metric.Manhattan];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Distance_equals_the_scalar_reference(string name, Metric metric)
    {
        FloatKernel kernel = Kernel(name, metric);
        var random = new Random(Seed);
        foreach (int dimensions in Dimensions)
        {
            float[] left = Vectors.Gaussian(random, dimensions);
            float[] right = Vectors.Gaussian(random, dimensions);
            float actual = kernel.Distance(left, right);
            AssertClose(Truth(metric, left, right), actual, Magnitude(metric, left, right), (name, metric, dimensions));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Distance_equals_TensorPrimitives(string name, Metric metric)
    {
        FloatKernel kernel = Kernel(name, metric);
        var random = new Random(Seed + 1);
        foreach (int dimensions in Dimensions)
        {
            float[] left = Vectors.Gaussian(random, dimensions);
            float[] right = Vectors.Gaussian(random, dimensions);
            AssertClose(
                Oracle(metric, left, right), kernel.Distance(left, right),
                Magnitude(metric, left, right), (name, metric, dimensions));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Distance_reads_no_element_past_the_end_and_skips_none(string name, Metric metric)
    {
        FloatKernel kernel = Kernel(name, metric);
        foreach (int dimensions in Dimensions)
        {
            // One element differs at a time; what surrounds the vectors is poison.
            float[] left = Poisoned(dimensions, out Span<float> ofLeft);
            float[] right = Poisoned(dimensions, out Span<float> ofRight);
            for (int i = 0; i < dimensions; i += 1 + dimensions / 140)
            {
                ofLeft.Clear();
                ofRight.Clear();
                ofLeft[i] = 3;
                ofRight[i] = 5;
                float expected = metric switch { Metric.L2 => 4, Metric.Dot => -15, _ => 2 };
                float actual = kernel.Distance(ofLeft, ofRight);
                Assert.True(expected == actual, $"{name} {metric}, {dimensions} dimensions, element {i}: {actual}");
            }

            Assert.True(float.IsNaN(left[0]) && float.IsNaN(right[^1]));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_row_in_any_place_of_a_batch_has_the_bits_of_its_pair(string name, Metric metric)
    {
        FloatKernel kernel = Kernel(name, metric);
        var random = new Random(Seed + 2);
        var scope = new MemoryScope("test");
        foreach (int dimensions in (int[])[1, 3, 4, 7, 9, 15, 16, 17, 33, 100, 128, 130, 768])
        {
            using var rows = new RowMatrix<float>(dimensions, scope);
            for (int i = 0; i < 150; i++)
            {
                rows.Append(Vectors.Gaussian(random, dimensions));
            }

            float[] query = Vectors.Gaussian(random, dimensions);
            foreach (int batch in (int[])[0, 1, 2, 5, 32, 100])
            {
                Ordinal[] ordinals = [.. Enumerable.Range(0, batch).Select(_ => new Ordinal(random.Next(rows.Count)))];
                var distances = new float[batch + 1];
                distances[batch] = -7;
                kernel.Score(query, rows.Addresses, ordinals, distances);
                Assert.Equal(-7, distances[batch]);
                for (int i = 0; i < batch; i++)
                {
                    float alone = kernel.Distance(query, rows.Row(ordinals[i].Value));
                    Assert.Equal(BitConverter.SingleToInt32Bits(alone), BitConverter.SingleToInt32Bits(distances[i]));
                }
            }
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Finite_input_of_any_size_never_gives_NaN(string name, Metric metric)
    {
        FloatKernel kernel = Kernel(name, metric);
        var random = new Random(Seed + 3);
        float[] values =
        [
            0, -0f, float.MaxValue, -float.MaxValue, float.Epsilon, -float.Epsilon,
            1e38f, -1e38f, 1e-38f, 1e20f, -1e20f, 1,
        ];
        for (int round = 0; round < 3000; round++)
        {
            int dimensions = random.Next(1, 70);
            float[] left = random.GetItems(values, dimensions);
            float[] right = random.GetItems(values, dimensions);
            Assert.False(float.IsNaN(kernel.Distance(left, right)), $"{name} {metric}, seed {Seed + 3}, round {round}");
        }
    }

    private static FloatKernel Kernel(string name, Metric metric) =>
        KernelTable.All.Single(row => row.Name == name).For(metric);

    private static float[] Poisoned(int dimensions, out Span<float> inner)
    {
        var all = new float[dimensions + 64];
        Array.Fill(all, float.NaN);
        inner = all.AsSpan(32, dimensions);
        return all;
    }

    private static void AssertClose(double expected, double actual, double magnitude, object what) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-5 * magnitude, $"{what}, seed {Seed}: {expected} and {actual}");

    private static double Truth(Metric metric, float[] left, float[] right) => metric switch
    {
        Metric.L2 => Reference.SquaredL2(left, right),
        Metric.Dot => -Reference.Dot(left, right),
        _ => Reference.Manhattan(left, right),
    };

    private static double Oracle(Metric metric, float[] left, float[] right)
    {
        var difference = new float[left.Length];
        TensorPrimitives.Subtract<float>(left, right, difference);
        return metric switch
        {
            Metric.L2 => TensorPrimitives.SumOfSquares<float>(difference),
            Metric.Dot => -TensorPrimitives.Dot<float>(left, right),
            _ => TensorPrimitives.SumOfMagnitudes<float>(difference),
        };
    }

    private static double Magnitude(Metric metric, float[] left, float[] right) => metric == Metric.Dot
        ? left.Zip(right, (a, b) => Math.Abs((double)a * b)).Sum()
        : Truth(metric, left, right);
}
