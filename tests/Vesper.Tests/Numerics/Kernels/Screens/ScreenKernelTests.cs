using Vesper.Numerics.Kernels;
using Vesper.Numerics.Kernels.Screens;

namespace Vesper.Tests.Numerics.Kernels.Screens;

/// <summary>Every width against plain loops, emulated where the processor has it not.</summary>
public sealed class ScreenKernelTests
{
    private const int Seed = 411;

    public static TheoryData<string> Widths => [.. KernelTable.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scores_are_exact_and_only_rows_with_a_hit_are_written(string width)
    {
        ScreenKernel kernel = ScreenKernel.For(KernelTable.All.Single(row => row.Name == width));
        var random = new Random(Seed);
        foreach (int pairs in (int[])[1, 2, 17, 64])
        {
            int limit = (int)Math.Min(short.MaxValue, Math.Sqrt(int.MaxValue / (4.0 * pairs)));
            int[] tile = Draw(random, pairs * kernel.TileRows, limit);
            int[] panel = Draw(random, kernel.PanelInts(pairs), limit);
            int[] cuts = [.. Enumerable.Range(0, kernel.TileRows).Select(row => Cut(row, random, limit))];
            var hits = new ScreenHits(new int[kernel.TileRows * kernel.PanelWidth], new uint[kernel.TileRows]);
            Array.Fill(hits.Scores, -7);
            uint found = kernel.Score(tile, panel, cuts, hits);
            for (int row = 0; row < kernel.TileRows; row++)
            {
                int[] expected = Scores(kernel, tile, panel, row);
                uint mask = 0;
                for (int lane = 0; lane < expected.Length; lane++)
                {
                    mask |= expected[lane] > cuts[row] ? 1u << lane : 0;
                }

                int[] written = hits.Scores[(row * kernel.PanelWidth)..((row + 1) * kernel.PanelWidth)];
                Assert.Equal(mask != 0, (found >> row & 1) != 0);
                Assert.Equal(mask, hits.Masks[row]);
                Assert.Equal(mask != 0 ? expected : [.. Enumerable.Repeat(-7, expected.Length)], written);
                Assert.Equal(mask, kernel.AboveMask(expected, cuts[row]));
                Assert.Equal(Array.IndexOf(expected, expected.Max()), ScreenKernel.LaneOfBest(expected));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_with_axes_are_those_of_the_reference(string width)
    {
        AxisKernel kernel = AxisKernel.For(KernelTable.All.Single(row => row.Name == width));
        var random = new Random(Seed);
        foreach ((int dimensions, int count) in ((int, int)[])[(1, 1), (31, 5), (33, 33), (130, 47)])
        {
            float[][] axes = [.. Enumerable.Range(0, count).Select(_ => Vectors.Gaussian(random, dimensions))];
            float[] rows = Vectors.Gaussian(random, AxisKernel.Rows * dimensions);
            const int Stride = 96;
            var products = new float[AxisKernel.Rows * Stride];
            kernel.Multiply(rows, kernel.Pack(axes), products);
            for (int row = 0; row < AxisKernel.Rows; row++)
            {
                for (int axis = 0; axis < Stride; axis++)
                {
                    double expected = axis < count
                        ? Reference.Dot(rows.AsSpan(row * dimensions, dimensions), axes[axis]) : 0;
                    Assert.Equal(expected, products[row * Stride + axis], 1e-5 * dimensions);
                }
            }
        }
    }

    private static int Cut(int row, Random random, int limit) => (row % 3) switch
    {
        0 => int.MaxValue,
        1 => int.MinValue,
        _ => random.Next(limit) * limit,
    };

    private static int[] Draw(Random random, int length, int limit) =>
    [
        .. Enumerable.Range(0, length)
            .Select(_ => (random.Next(-limit, limit) & 0xFFFF) | random.Next(-limit, limit) << 16),
    ];

    private static int[] Scores(ScreenKernel kernel, int[] tile, int[] panel, int row)
    {
        int width = kernel.PanelWidth;
        int[] scores = panel[..width];
        for (int pair = 0; pair < tile.Length / kernel.TileRows; pair++)
        {
            int left = tile[pair * kernel.TileRows + row];
            for (int lane = 0; lane < width; lane++)
            {
                int right = panel[(pair + 1) * width + lane];
                scores[lane] = unchecked(
                    scores[lane] + (short)left * (short)right + (left >> 16) * (right >> 16));
            }
        }

        return scores;
    }
}
