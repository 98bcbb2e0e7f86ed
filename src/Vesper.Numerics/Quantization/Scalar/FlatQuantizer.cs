using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>Rows kept as they are: the identity, so that plain float32 lists are one more encoding.</summary>
/// <remarks>Immutable, thread-safe. A scan costs dimensions × rows and is bound by the memory's rate.</remarks>
public sealed class FlatQuantizer : IQuantizer
{
    private readonly ColumnLayout _blocks;

    /// <summary>The quantizer of a dimension; nothing is trained.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no dimensions, or too many for a block.</exception>
    public FlatQuantizer(int dimensions)
        : this(dimensions, KernelTable.Current)
    {
    }

    internal FlatQuantizer(int dimensions, KernelTable table)
    {
        QuantizerLimits.CheckDimensions(dimensions);
        _blocks = new ColumnLayout(ColumnKernel.For<FloatColumn>(table), dimensions);
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
    public void Encode(ReadOnlySpan<float> row, Span<byte> code)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        MemoryMarshal.AsBytes(row).CopyTo(code);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Decode(ReadOnlySpan<byte> code, Span<float> row)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        code.CopyTo(MemoryMarshal.AsBytes(row));
    }
}
