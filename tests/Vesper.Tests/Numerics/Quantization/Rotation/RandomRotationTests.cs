using Vesper.Numerics.Kernels;
using Vesper.Numerics.Quantization.Rotation;

namespace Vesper.Tests.Numerics.Quantization.Rotation;

public sealed class RandomRotationTests
{
    private const int Seed = 20240614;

    public static TheoryData<int> Dimensions => [1, 3, 7, 8, 9, 63, 64, 65, 100, 128, 200, 384, 784, 1024];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Keeps_dot_products(int dimensions)
    {
        var rotation = new RandomRotation(5, dimensions);
        var random = new Random(Seed);
        for (var round = 0; round < 20; round++)
        {
            float[] left = Vectors.Gaussian(random, dimensions), right = Vectors.Gaussian(random, dimensions);
            var rotated = Reference.Dot(Rotated(rotation, left), Rotated(rotation, right));
            Assert.Equal(Reference.Dot(left, right), rotated, 1e-5 * Reference.Norm(left) * Reference.Norm(right));
        }
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void The_inverse_takes_back(int dimensions)
    {
        var rotation = new RandomRotation(6, dimensions);
        var row = Vectors.Gaussian(new Random(Seed), dimensions);
        var back = new float[dimensions];
        rotation.Invert(Rotated(rotation, row), back);
        for (var i = 0; i < dimensions; i++)
        {
            Assert.Equal(row[i], back[i], 1e-5f * (float)Reference.Norm(row));
        }
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Spreads_a_single_element_over_all(int dimensions)
    {
        // Over seeds, each rotated element must get its share of the energy: 1 / D.
        const int Seeds = 400;
        var energy = new double[new RandomRotation(0, dimensions).RotatedDimensions];
        var row = new float[dimensions];
        row[dimensions - 1] = 1;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var rotated = Rotated(new RandomRotation((ulong)seed, dimensions), row);
            for (var i = 0; i < rotated.Length; i++)
            {
                energy[i] += (double)rotated[i] * rotated[i] * rotated.Length / Seeds;
            }
        }

        Assert.All(energy, share => Assert.InRange(share, 0.6, 1.5));
    }

    [Fact]
    public void Seed_and_dimensions_say_all()
    {
        var row = Vectors.Gaussian(new Random(Seed), 100);
        Assert.Equal(Rotated(new RandomRotation(7, 100), row), Rotated(new RandomRotation(7, 100), row));
        Assert.NotEqual(Rotated(new RandomRotation(7, 100), row), Rotated(new RandomRotation(8, 100), row));

        // Files depend on these signs.
        float[] rotated = Rotated(new RandomRotation(1, 8), [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal(
            "0.71 -0.71 -7.78 2.12 -4.95 -0.71 10.61 0.71",
            string.Join(' ', rotated.Select(element => element.ToString("F2"))));
    }

    [Fact]
    public void The_transform_is_that_of_the_definition()
    {
        foreach (var size in (int[])[8, 16, 32, 64, 128, 512, 2048])
        {
            var values = Vectors.Gaussian(new Random(Seed), size);
            var transformed = values.ToArray();
            Hadamard.Transform(transformed);
            for (var i = 0; i < size; i += 1 + (size / 64))
            {
                double sum = 0;
                for (var j = 0; j < size; j++)
                {
                    sum += int.PopCount(i & j) % 2 == 0 ? values[j] : -values[j];
                }

                Assert.Equal(sum, transformed[i], 1e-4 * Math.Sqrt(size));
            }
        }
    }

    [Fact]
    public void Refuses_other_lengths()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(1, 65_537));
        var rotation = new RandomRotation(1, 9);
        Assert.Equal(16, rotation.RotatedDimensions);
        Assert.Throws<ArgumentOutOfRangeException>(() => rotation.Rotate(new float[8], new float[16]));
        Assert.Throws<ArgumentOutOfRangeException>(() => rotation.Invert(new float[9], new float[9]));
    }

    private static float[] Rotated(RandomRotation rotation, float[] row)
    {
        var rotated = new float[rotation.RotatedDimensions];
        rotation.Rotate(row, rotated);
        return rotated;
    }
}
