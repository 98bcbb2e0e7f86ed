using System.Runtime.InteropServices;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Quantization.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Tests.Numerics.Quantization;

/// <summary>
/// Every width runs here, in hardware or emulated: each must find the rows that the scalar one finds.
/// </summary>
public sealed class ScreenKernelTests
{
    private const int Seed = 20240613;

    public static TheoryData<int, int> Kernels =>
        [.. from parts in (int[])[4, 8, 12, 16, 32, 64, 256]
            from width in (int[])[128, 256, 512]
            select (parts, width)];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Nibbles_agree_with_the_reference(int parts, int widthBits)
    {
        var kernel = ScreenKernel.Nibbles.Single(one => one.WidthBits == widthBits);
        Agree(ScreenKernel.Nibbles[0], kernel, parts * 16, parts * 16);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(257)]
    public void Bytes_agree_with_the_reference(int parts)
    {
        foreach (var kernel in ScreenKernel.Bytes.Skip(1).Where(one => one.IsSupported))
        {
            Agree(ScreenKernel.Bytes[0], kernel, parts * 256, ((parts * 32) + 63) & ~63);
        }
    }

    [Theory]
    [InlineData(4, 1, 0.5f)]
    [InlineData(8, 300, 2f)]
    [InlineData(8, 700, 1e-3f)]
    [InlineData(4, 5, 1e30f)]
    [InlineData(4, 5, 1e-42f)]
    [InlineData(6, 9, 0f)]
    public void Rounded_tables_are_below_and_fit_sixteen_bits(int bits, int parts, float size)
    {
        var random = new Random(Seed);
        var codewords = 1 << bits;
        float[] tables = [.. Vectors.Gaussian(random, parts * codewords).Select(x => x * size)];
        var rounded = new byte[parts * codewords];
        Array.Fill(rounded, (byte)77);
        var (step, least, magnitude) = TableRounding.Round(tables, codewords, rounded, codewords);
        Assert.True(double.IsFinite(magnitude));
        Assert.InRange(rounded.Chunk(codewords).Sum(part => (int)part.Max()), 0, ushort.MaxValue);
        for (var round = 0; round < 200; round++)
        {
            int[] picks = [.. Enumerable.Range(0, parts).Select(part => (part * codewords) + random.Next(codewords))];
            var exact = picks.Sum(at => (double)tables[at]);
            var bound = least + ((double)step * picks.Sum(at => rounded[at]));
            Assert.True(bound <= exact + (1e-6 * magnitude), $"{bound} above {exact}");

            // Steps too small to divide by are not used.
            Assert.True(size < 1e-30f || exact - bound <= (parts * step * 1.001) + (1e-6 * magnitude),
                $"{bound} far below {exact}");
        }
    }

    [Fact]
    public void Products_beyond_the_range_of_float_leave_no_row_out()
    {
        var centroids = new float[2 * 16];
        Array.Fill(centroids, 3e38f);
        var blocks = new NibbleBlocks(new ProductCodebooks(2, 2, 4, centroids));
        using var scorer = blocks.ScorerFor([3e38f, 1], 1);
        var estimates = new float[32];
        var found = scorer.Scan(
            new byte[blocks.BlockBytes], 32, default, float.PositiveInfinity, new int[32], estimates);
        Assert.Equal(32, found);
        Assert.All(estimates, estimate => Assert.Equal(float.PositiveInfinity, estimate));
    }

    private static void Agree(ScreenKernel reference, ScreenKernel kernel, int tableBytes, int codeBytes)
    {
        var random = new Random(Seed + tableBytes);
        var blockBytes = codeBytes + ScreenKernel.TermBytes;
        var tables = new byte[tableBytes];
        var most = Math.Min(255, 65_535 / (codeBytes / 16));
        foreach (var count in (int[])[0, 1, 2, 3, 16])
        {
            var blocks = new byte[count * blockBytes];
            for (var round = 0; round < 6; round++)
            {
                random.NextBytes(blocks);
                random.NextBytes(tables);
                for (var i = 0; i < tables.Length; i++)
                {
                    // In the first round the largest sums that there can be.
                    tables[i] = round == 0 ? (byte)most : (byte)(tables[i] % (most + 1));
                }

                var limit = new ScreenLimit(0.25f, 0.0625f * most * (codeBytes / 16f));
                for (var row = 0; row < count * IBlockLayout.RowsPerBlock; row++)
                {
                    var term = (random.NextSingle() - 0.5f) * limit.Limit;
                    MemoryMarshal.Write(blocks.AsSpan((row / 32 * blockBytes) + codeBytes + (row % 32 * 4)), in term);
                }

                var expected = new uint[count];
                var actual = new uint[count + 1];
                actual[count] = 0xABCD;
                reference.Screen(tables, blocks, blockBytes, limit, expected);
                kernel.Screen(tables, blocks, blockBytes, limit, actual.AsSpan(0, count));
                Assert.Equal(expected, actual[..count]);
                Assert.Equal(0xABCDu, actual[count]);
            }
        }
    }
}
