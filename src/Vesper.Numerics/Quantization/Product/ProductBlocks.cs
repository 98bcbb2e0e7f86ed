using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// Blocks of product codes: the codes of 32 rows part by part, padding to 64 bytes, then 32 terms. Also the pool of
/// the scorers.
/// </summary>
internal abstract class ProductBlocks : IBlockLayout
{
    private readonly IdlePool<ProductScorer> _idle;

    protected ProductBlocks(ProductCodebooks codebooks, ScreenKernel kernel)
    {
        Codebooks = codebooks;
        Kernel = kernel;
        _idle = new IdlePool<ProductScorer>(pool => new ProductScorer(this, pool));
    }

    /// <summary>What the codes mean.</summary>
    public ProductCodebooks Codebooks { get; }

    /// <summary>What screens blocks.</summary>
    public ScreenKernel Kernel { get; }

    /// <summary>Entries of a rounded table.</summary>
    public abstract int TableEntries { get; }

    /// <summary>Parts that a screen looks at, some of them with tables of zeros.</summary>
    public abstract int ScreenedParts { get; }

    /// <inheritdoc/>
    public abstract int BlockBytes { get; }

    /// <inheritdoc/>
    public void Write(Span<byte> block, int slot, ReadOnlySpan<byte> code, float term)
    {
        Check(block, slot);
        Debug.Assert(float.IsFinite(term));
        WriteCode(block, slot, code);
        BinaryPrimitives.WriteSingleLittleEndian(block[TermAt(slot)..], term);
    }

    /// <inheritdoc/>
    public float Read(ReadOnlySpan<byte> block, int slot, Span<byte> code)
    {
        Check(block, slot);
        ReadCode(block, slot, code);
        return Term(block, slot);
    }

    /// <inheritdoc/>
    public IBlockScorer ScorerFor(ReadOnlySpan<float> query, float weight)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, Codebooks.Dimensions, nameof(query));
        ProductScorer scorer = _idle.Rent();
        scorer.Bind(query, weight);
        return scorer;
    }

    /// <summary>A row's term.</summary>
    public float Term(ReadOnlySpan<byte> block, int slot) =>
        BinaryPrimitives.ReadSingleLittleEndian(block[TermAt(slot)..]);

    /// <summary>The sum of a row's entries of unrounded tables, in the order of the parts.</summary>
    public abstract float Sum(ReadOnlySpan<float> tables, ReadOnlySpan<byte> block, int slot);

    /// <summary>Puts a code into a slot.</summary>
    protected abstract void WriteCode(Span<byte> block, int slot, ReadOnlySpan<byte> code);

    /// <summary>Takes a code out of a slot.</summary>
    protected abstract void ReadCode(ReadOnlySpan<byte> block, int slot, Span<byte> code);

    private int TermAt(int slot) => BlockBytes - ScreenKernel.TermBytes + (slot * sizeof(float));

    private void Check(ReadOnlySpan<byte> block, int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Length, BlockBytes, nameof(block));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            (uint)slot, (uint)IBlockLayout.RowsPerBlock, nameof(slot));
    }
}
