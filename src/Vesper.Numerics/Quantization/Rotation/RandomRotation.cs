using System.Diagnostics;
using System.Numerics;

namespace Vesper.Numerics.Quantization.Rotation;

/// <summary>
/// A random orthonormal map, fast both ways: rounds of random signs and a Walsh–Hadamard transform.
/// </summary>
/// <remarks>
/// Immutable, thread-safe. Rows are padded with zeros to a multiple of 8, not to a power of two: a round transforms
/// the first 2^k elements (2^k the largest power that fits), the next round the last 2^k; what both cover carries
/// energy from one to the other. Signs and transforms are orthonormal, so lengths and dot products stay. Three rounds
/// mix a power of two (Ailon and Chazelle, "The Fast Johnson–Lindenstrauss Transform and Approximate Nearest
/// Neighbors", SIAM J. Comput. 39(1), §2, use one; Andoni et al., "Practical and Optimal LSH for Angular Distance",
/// NIPS 2015, §6, three); other sizes take eight, after which a single element's energy is spread over all to within a
/// few percent. Seed and dimensions say all: files keep nothing else. Cost: O(rounds × n log n).
/// </remarks>
public sealed class RandomRotation
{
    private const int PaddingElements = 8;
    private const int WholeRounds = 3;
    private const int SplitRounds = 8;

    private readonly float[] _signs;
    private readonly int _power;
    private readonly int _rounds;

    /// <summary>The rotation of a seed.</summary>
    /// <param name="seed">Any number; the same seed and dimensions give the same rotation everywhere.</param>
    /// <param name="dimensions">Elements of a row, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no dimensions, or too many.</exception>
    public RandomRotation(ulong seed, int dimensions)
    {
        QuantizerLimits.CheckDimensions(dimensions);
        Seed = seed;
        Dimensions = dimensions;
        RotatedDimensions = (dimensions + PaddingElements - 1) / PaddingElements * PaddingElements;
        _power = 1 << BitOperations.Log2((uint)RotatedDimensions);
        _rounds = _power == RotatedDimensions ? WholeRounds : SplitRounds;
        _signs = DrawSigns(seed, _rounds * RotatedDimensions, (float)(1 / Math.Sqrt(_power)));
    }

    /// <summary>What its signs were drawn from.</summary>
    public ulong Seed { get; }

    /// <summary>Elements of a row.</summary>
    public int Dimensions { get; }

    /// <summary>Elements of a rotated row: the dimensions, rounded up to a multiple of 8.</summary>
    public int RotatedDimensions { get; }

    /// <summary>Rotates a row.</summary>
    /// <param name="row"><see cref="Dimensions"/> finite floats.</param>
    /// <param name="rotated"><see cref="RotatedDimensions"/> floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is not right.</exception>
    public void Rotate(ReadOnlySpan<float> row, Span<float> rotated)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Dimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rotated.Length, RotatedDimensions);
        row.CopyTo(rotated);
        rotated[row.Length..].Clear();
        for (int round = 0; round < _rounds; round++)
        {
            Span<float> part = Part(rotated, round);
            Hadamard.Multiply(part, Signs(round));
            Hadamard.Transform(part);
        }
    }

    /// <summary>Takes a rotated row back: the transposed map.</summary>
    /// <param name="rotated"><see cref="RotatedDimensions"/> finite floats; they are used up.</param>
    /// <param name="row"><see cref="Dimensions"/> floats; what lay in the padding is dropped.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is not right.</exception>
    public void Invert(Span<float> rotated, Span<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Dimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rotated.Length, RotatedDimensions);
        for (int round = _rounds - 1; round >= 0; round--)
        {
            Span<float> part = Part(rotated, round);
            Hadamard.Transform(part);
            Hadamard.Multiply(part, Signs(round));
        }

        rotated[..row.Length].CopyTo(row);
    }

    /// <summary>The elements that a round transforms: the first ones, or the last ones.</summary>
    private Span<float> Part(Span<float> rotated, int round) =>
        round % 2 == 0 ? rotated[.._power] : rotated[^_power..];

    /// <summary>A round's signs, each times the transform's norm.</summary>
    private ReadOnlySpan<float> Signs(int round) => _signs.AsSpan(round * RotatedDimensions, _power);

    // SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): defined here to the bit, as files depend on it.
    private static float[] DrawSigns(ulong seed, int count, float scale)
    {
        var signs = new float[count];
        ulong state = seed;
        ulong bits = 0;
        for (int i = 0; i < count; i++, bits >>= 1)
        {
            if (i % 64 == 0)
            {
                state += 0x9E3779B97F4A7C15;
                bits = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
                bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
                bits ^= bits >> 31;
            }

            signs[i] = (bits & 1) == 0 ? scale : -scale;
        }

        Debug.Assert(signs.Length == count);
        return signs;
    }
}
