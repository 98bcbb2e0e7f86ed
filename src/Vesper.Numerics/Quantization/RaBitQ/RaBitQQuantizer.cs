using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Quantization.Rotation;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>
/// A row's direction after a random rotation as the nearest point of a grid, with two factors that make its dot
/// products unbiased and say how far off they may be.
/// </summary>
/// <remarks>
/// 1 bit: J. Gao and C. Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound for
/// Approximate Nearest Neighbor Search", SIGMOD 2024, §3. 2 to 9 bits: J. Gao et al., "Practical and Asymptotically
/// Optimal Quantization …", SIGMOD 2025, §3. With y the rotated row and v its grid point, ⟨query, row⟩ is estimated by
/// ‖y‖² / ⟨v, y⟩ · ⟨rotated query, v⟩. Over rotations the mean is right, and the error is about normal with deviation
/// ‖query‖ · ‖y‖ · √((1 − c²) / (c² (D − 1))), c the cosine of v and y. The bound is ε₀ deviations wide and holds with
/// the paper's probability: a scan may miss a row within the threshold as seldom as a normal variable passes ε₀
/// (at 1.9, 2.9 % for a row right at the threshold, far fewer otherwise).
/// The error grows with the query's distance from where rows are counted from. So a list of differences r from a
/// centroid c stores, for squared L2, the term ‖r‖² + 2⟨c, decoded⟩ (offset ‖q − c‖²), and for dot products
/// ⟨c, decoded⟩ − ⟨c, r⟩ (offset −⟨q, c⟩); then the error belongs to ‖q − c‖, the scan's radius. Such rows are best
/// encoded together with their centroid: the signs' own estimate, which the scan looks at first, is mended by it.
/// A zero row decodes to zero. Immutable, thread-safe; nothing is trained. Squared norms must be in float's range.
/// Encoding costs O(D log D + 20 D).
/// </remarks>
public sealed class RaBitQQuantizer : IQuantizer
{
    private readonly RandomRotation _rotation;
    private readonly RaBitQShape _shape;
    private readonly RaBitQLayout _blocks;

    /// <summary>A quantizer; the same dimensions and options give the same one everywhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Dimensions or an option are out of range.</exception>
    public RaBitQQuantizer(int dimensions, RaBitQOptions options)
        : this(dimensions, options, KernelTable.Current)
    {
    }

    internal RaBitQQuantizer(int dimensions, RaBitQOptions options, KernelTable table)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _rotation = new RandomRotation(options.Seed, dimensions);
        _shape = new RaBitQShape(_rotation, options.Bits);
        _blocks = new RaBitQLayout(_rotation, _shape, options.BoundWidth, table);
    }

    /// <summary>What it was made with.</summary>
    public RaBitQOptions Options { get; }

    /// <inheritdoc/>
    public int Dimensions => _rotation.Dimensions;

    /// <inheritdoc/>
    public int CodeBytes => _shape.CodeBytes;

    /// <inheritdoc/>
    public bool IsUnbiased => true;

    /// <inheritdoc/>
    public IBlockLayout Blocks => _blocks;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<byte> code) => EncodeResidual(row, default, code);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void EncodeResidual(ReadOnlySpan<float> row, ReadOnlySpan<float> centroid, Span<byte> code)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        int rotated = _shape.Rotated;
        float[] scratch = ArrayPool<float>.Shared.Rent(3 * rotated);
        Span<float> values = scratch.AsSpan(0, rotated);
        Span<float> grid = scratch.AsSpan(rotated, rotated);
        Span<float> turnedCentroid = scratch.AsSpan(2 * rotated, centroid.IsEmpty ? 0 : rotated);
        _rotation.Rotate(row, values);
        if (!centroid.IsEmpty)
        {
            _rotation.Rotate(centroid, turnedCentroid);
        }

        Snap(values, grid, code);
        WriteFactors(values, grid, turnedCentroid, code);
        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Decode(ReadOnlySpan<byte> code, Span<float> row)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        float[] scratch = ArrayPool<float>.Shared.Rent(_shape.Rotated);
        Span<float> values = scratch.AsSpan(0, _shape.Rotated);
        int extraBits = _shape.ExtraBits;
        int factor = extraBits == 0 ? RaBitQFactor.FirstRescale : RaBitQFactor.Rescale;
        float rescale = MemoryMarshal.Cast<byte, float>(code[(_shape.SignBytes + _shape.ExtraBytes)..])[factor];
        float middle = (1 << extraBits) - 0.5f;
        ReadOnlySpan<byte> extra = code.Slice(_shape.SignBytes, _shape.ExtraBytes);
        for (int i = 0; i < values.Length; i++)
        {
            int sign = code[i / 8] >> (i % 8) & 1;
            values[i] = rescale * ((sign << extraBits) + BitPacking.Get(extra, i, extraBits) - middle);
        }

        _rotation.Invert(values, row);
        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <summary>Writes signs and levels of the nearest grid point, and the point itself.</summary>
    private void Snap(ReadOnlySpan<float> values, Span<float> grid, Span<byte> code)
    {
        int extraBits = _shape.ExtraBits;
        float scale = extraBits == 0 ? 0 : RaBitQGrid.BestScale(values, extraBits);
        Span<byte> extra = code.Slice(_shape.SignBytes, _shape.ExtraBytes);
        Span<byte> levels = stackalloc byte[8];
        for (int i = 0; i < _shape.SignBytes; i++)
        {
            code[i] = RaBitQGrid.SnapEight(values.Slice(8 * i, 8), scale, grid.Slice(8 * i, 8), levels, extraBits);
            if (extraBits > 0)
            {
                BitPacking.SetEight(extra.Slice(i * extraBits, extraBits), levels);
            }
        }
    }

    private void WriteFactors(
        ReadOnlySpan<float> values, ReadOnlySpan<float> grid, ReadOnlySpan<float> centroid, Span<byte> code)
    {
        Span<float> factors = MemoryMarshal.Cast<byte, float>(code[(_shape.SignBytes + _shape.ExtraBytes)..]);
        Debug.Assert(factors.Length == _shape.FactorCount);
        double norm = DoubleSums.Dot(values, values);
        if (norm == 0)
        {
            factors.Clear();
            return;
        }

        double signDot = 0.5 * DoubleSums.DotOfSigns(values, grid);
        double firstRescale = norm / signDot;
        double firstError = Deviation(norm, signDot, 0.25 * values.Length);
        factors[RaBitQFactor.FirstRescale] = (float)firstRescale;
        factors[RaBitQFactor.FirstError] = (float)firstError;
        if (_shape.ExtraBits > 0)
        {
            double gridDot = DoubleSums.Dot(values, grid);
            double rescale = norm / gridDot;
            double shift = centroid.IsEmpty
                ? 0
                : rescale * DoubleSums.Dot(centroid, grid) - 0.5 * firstRescale * DoubleSums.DotOfSigns(centroid, grid);
            factors[RaBitQFactor.FirstError] = (float)(centroid.IsEmpty ? -firstError : firstError);
            factors[RaBitQFactor.FirstShift] = (float)shift;
            factors[RaBitQFactor.Rescale] = (float)rescale;
            factors[RaBitQFactor.Error] = (float)Deviation(norm, gridDot, DoubleSums.Dot(grid, grid));
        }
    }

    /// <summary>‖y‖ · √((1 − c²) / (c² (D − 1))) from squared norms and the dot product of y and grid.</summary>
    private double Deviation(double norm, double dot, double gridNorm)
    {
        // 1 / c² = norm × gridNorm / dot²; 1 up to rounding when the row lies on the grid.
        double inverse = norm / dot * (gridNorm / dot);
        return Math.Sqrt(norm * Math.Max(inverse - 1, 0) / (_shape.Rotated - 1));
    }
}
