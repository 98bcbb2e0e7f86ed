using System.Runtime.InteropServices;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Rotation;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>Blocks of RaBitQ codes; see <see cref="RaBitQShape"/>.</summary>
internal sealed class RaBitQLayout : IBlockLayout
{
    private const int Rows = IBlockLayout.RowsPerBlock;

    private readonly IdlePool<RaBitQScorer> _pool;
    private readonly RandomRotation _rotation;
    private readonly RaBitQShape _shape;

    public RaBitQLayout(RandomRotation rotation, RaBitQShape shape, float boundWidth, KernelTable table)
    {
        _rotation = rotation;
        _shape = shape;
        var kernel = RaBitQKernel.For(table);
        _pool = new IdlePool<RaBitQScorer>(pool => new RaBitQScorer(shape, kernel, boundWidth, pool));
    }

    /// <inheritdoc/>
    public int BlockBytes => _shape.BlockBytes;

    /// <inheritdoc/>
    public void Write(Span<byte> block, int slot, ReadOnlySpan<byte> code, float term)
    {
        CheckSlot(block.Length, slot, code.Length);
        (int place, int shift) = RaBitQShape.PlaceOf(slot);
        for (int lookup = 0; lookup < 2 * _shape.SignBytes; lookup++)
        {
            int signs = code[lookup / 2] >> (lookup % 2 * 4) & 15;
            ref byte target = ref block[lookup * RaBitQShape.GroupBytes + place];
            target = (byte)(target & ~(15 << shift) | signs << shift);
        }

        ReadOnlySpan<byte> rest = code[_shape.SignBytes..];
        rest[.._shape.ExtraBytes].CopyTo(block[(_shape.ExtraStart + slot * _shape.ExtraBytes)..]);
        ReadOnlySpan<float> factors = MemoryMarshal.Cast<byte, float>(rest[_shape.ExtraBytes..]);
        Span<float> columns = MemoryMarshal.Cast<byte, float>(block[_shape.FactorStart..]);
        for (int i = 0; i < factors.Length; i++)
        {
            columns[i * Rows + slot] = factors[i];
        }

        columns[_shape.FactorCount * Rows + slot] = term;
    }

    /// <inheritdoc/>
    public float Read(ReadOnlySpan<byte> block, int slot, Span<byte> code)
    {
        CheckSlot(block.Length, slot, code.Length);
        (int place, int shift) = RaBitQShape.PlaceOf(slot);
        code.Clear();
        for (int lookup = 0; lookup < 2 * _shape.SignBytes; lookup++)
        {
            int signs = block[lookup * RaBitQShape.GroupBytes + place] >> shift & 15;
            code[lookup / 2] |= (byte)(signs << (lookup % 2 * 4));
        }

        Span<byte> rest = code[_shape.SignBytes..];
        block.Slice(_shape.ExtraStart + slot * _shape.ExtraBytes, _shape.ExtraBytes).CopyTo(rest);
        Span<float> factors = MemoryMarshal.Cast<byte, float>(rest[_shape.ExtraBytes..]);
        ReadOnlySpan<float> columns = MemoryMarshal.Cast<byte, float>(block[_shape.FactorStart..]);
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = columns[i * Rows + slot];
        }

        return columns[_shape.FactorCount * Rows + slot];
    }

    /// <inheritdoc/>
    public IBlockScorer ScorerFor(ReadOnlySpan<float> query, float weight)
    {
        if (query.Length != _rotation.Dimensions)
        {
            throw new ArgumentException(
                $"A query has {_rotation.Dimensions} dimensions, not {query.Length}.", nameof(query));
        }

        RaBitQScorer scorer = _pool.Rent();
        scorer.Bind(query, weight, _rotation);
        return scorer;
    }

    private void CheckSlot(int blockBytes, int slot, int codeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(blockBytes, BlockBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(codeBytes, _shape.CodeBytes);
    }
}
