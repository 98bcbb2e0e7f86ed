using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>
/// Blocks of scalar codes, dimension by dimension: the codes of 32 rows for the first dimension, then for the next …,
/// then 32 terms.
/// </summary>
internal sealed class ColumnLayout : IBlockLayout
{
    private readonly IdlePool<ColumnScorer> _pool;
    private readonly int _elementBytes;
    private readonly int _codeBytes;

    /// <summary>A layout of a code.</summary>
    /// <param name="kernel">Knows how codes lie in a step.</param>
    /// <param name="dimensions">Elements of a row.</param>
    /// <param name="minima">What code 0 stands for in each dimension, or none: 0.</param>
    /// <param name="steps">What one more in a code stands for, or none: 1.</param>
    public ColumnLayout(ColumnKernel kernel, int dimensions, float[]? minima = null, float[]? steps = null)
    {
        Debug.Assert((minima is null) == (steps is null));
        Kernel = kernel;
        Dimensions = dimensions;
        Minima = minima;
        Steps = steps;
        _elementBytes = kernel.ElementBytes;
        WeightCount = (dimensions + kernel.DimensionsPerStep - 1) / kernel.DimensionsPerStep * kernel.DimensionsPerStep;
        _codeBytes = WeightCount / kernel.DimensionsPerStep * _elementBytes;
        BlockBytes = checked((_codeBytes + sizeof(float)) * IBlockLayout.RowsPerBlock + 63) & ~63;
        _pool = new IdlePool<ColumnScorer>(pool => new ColumnScorer(this, pool));
    }

    /// <inheritdoc/>
    public int BlockBytes { get; }

    public ColumnKernel Kernel { get; }

    public int Dimensions { get; }

    /// <summary>Dimensions, rounded up to whole steps.</summary>
    public int WeightCount { get; }

    /// <summary>Bytes of a row's code.</summary>
    public int CodeBytes => _codeBytes;

    public float[]? Minima { get; }

    public float[]? Steps { get; }

    /// <inheritdoc/>
    public void Write(Span<byte> block, int slot, ReadOnlySpan<byte> code, float term)
    {
        CheckSlot(block.Length, slot, code.Length);
        switch (_elementBytes)
        {
            case 1:
                Scatter(code, block, slot);
                break;
            case 2:
                Scatter(MemoryMarshal.Cast<byte, ushort>(code), MemoryMarshal.Cast<byte, ushort>(block), slot);
                break;
            default:
                Scatter(MemoryMarshal.Cast<byte, uint>(code), MemoryMarshal.Cast<byte, uint>(block), slot);
                break;
        }

        Terms(block)[slot] = term;
    }

    /// <inheritdoc/>
    public float Read(ReadOnlySpan<byte> block, int slot, Span<byte> code)
    {
        CheckSlot(block.Length, slot, code.Length);
        int stepBytes = _elementBytes * IBlockLayout.RowsPerBlock;
        for (int at = 0, from = slot * _elementBytes; at < _codeBytes; at += _elementBytes, from += stepBytes)
        {
            block.Slice(from, _elementBytes).CopyTo(code[at..]);
        }

        return MemoryMarshal.Cast<byte, float>(block[(_codeBytes * IBlockLayout.RowsPerBlock)..])[slot];
    }

    /// <inheritdoc/>
    public IBlockScorer ScorerFor(ReadOnlySpan<float> query, float weight)
    {
        if (query.Length != Dimensions)
        {
            throw new ArgumentException($"A query has {Dimensions} dimensions, not {query.Length}.", nameof(query));
        }

        ColumnScorer scorer = _pool.Rent();
        scorer.Bind(query, weight);
        return scorer;
    }

    private static void Scatter<T>(ReadOnlySpan<T> code, Span<T> block, int slot)
    {
        for (int i = 0, at = slot; i < code.Length; i++, at += IBlockLayout.RowsPerBlock)
        {
            block[at] = code[i];
        }
    }

    private Span<float> Terms(Span<byte> block) =>
        MemoryMarshal.Cast<byte, float>(block[(_codeBytes * IBlockLayout.RowsPerBlock)..]);

    private void CheckSlot(int blockBytes, int slot, int codeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, IBlockLayout.RowsPerBlock);
        ArgumentOutOfRangeException.ThrowIfNotEqual(blockBytes, BlockBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(codeBytes, _codeBytes);
    }
}
