using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>Rows as half-precision floats (IEEE 754 binary16), rounded to nearest; ± 65,504 is the limit.</summary>
/// <remarks>Immutable, thread-safe. Nothing is trained. What is beyond the limit is clamped to it.</remarks>
public sealed class HalfQuantizer : IQuantizer
{
    private readonly ColumnLayout _blocks;

    /// <summary>The quantizer of a dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no dimensions, or too many for a block.</exception>
    public HalfQuantizer(int dimensions)
        : this(dimensions, KernelTable.Current)
    {
    }

    internal HalfQuantizer(int dimensions, KernelTable table)
    {
        QuantizerLimits.CheckDimensions(dimensions);
        _blocks = new ColumnLayout(ColumnKernel.For<HalfColumn>(table), dimensions);
    }

    /// <inheritdoc/>
    public int Dimensions => _blocks.Dimensions;

    /// <inheritdoc/>
    public int CodeBytes => _blocks.CodeBytes;

    /// <inheritdoc/>
    public bool IsUnbiased => false;

    /// <inheritdoc/>
    public IBlockLayout Blocks => _blocks;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<byte> code) => Encode(row, code, out _);

    /// <summary>Writes the code of a row and counts what was clamped.</summary>
    /// <param name="row"><see cref="Dimensions"/> finite floats.</param>
    /// <param name="code"><see cref="CodeBytes"/> bytes.</param>
    /// <param name="clamped">Elements beyond ± 65,504.</param>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<byte> code, out int clamped)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        float limit = (float)Half.MaxValue;
        clamped = 0;
        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(code);
        for (int i = 0; i < row.Length; i++)
        {
            float kept = Math.Clamp(row[i], -limit, limit);
            clamped += kept == row[i] ? 0 : 1;
            halves[i] = (Half)kept;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Decode(ReadOnlySpan<byte> code, Span<float> row)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(code);
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (float)halves[i];
        }
    }
}
