using System.Diagnostics;
using System.Numerics;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// Scans blocks of product codes in two passes: a screen by tables rounded down to bytes, which leaves out no row that
/// is within the threshold, then the sum of unrounded entries for the rows that are left.
/// </summary>
internal sealed class ProductScorer : IBlockScorer
{
    private const int BlocksAtOnce = 16;

    // Covers the rounding of the tables' entries, of their sums in the exact pass and of the limit itself.
    private const double Slack = 1.0 / (1 << 21);

    private readonly ProductBlocks _owner;
    private readonly IdlePool<ProductScorer> _pool;
    private readonly PinnedArray<float> _tables;
    private readonly PinnedArray<byte> _rounded;
    private float _step;
    private double _base;
    private double _magnitude;
    private int _isBound;

    public ProductScorer(ProductBlocks owner, IdlePool<ProductScorer> pool)
    {
        _owner = owner;
        _pool = pool;
        _tables = new PinnedArray<float>(owner.Codebooks.Parts * owner.Codebooks.Codewords);
        _rounded = new PinnedArray<byte>(owner.ScreenedParts * owner.TableEntries);
    }

    /// <summary>Makes the tables of a query.</summary>
    public void Bind(ReadOnlySpan<float> query, float weight)
    {
        int wasBound = Interlocked.Exchange(ref _isBound, 1);
        Debug.Assert(wasBound == 0);
        _owner.Codebooks.FillTables(query, weight, _tables.Span);
        (_step, _base, _magnitude) =
            TableRounding.Round(_tables.Span, _owner.Codebooks.Codewords, _rounded.Span, _owner.TableEntries);
    }

    public int Scan(
        ReadOnlySpan<byte> blocks,
        int rows,
        ListTerms list,
        float threshold,
        Span<int> positions,
        Span<float> estimates)
    {
        const int PerBlock = IBlockLayout.RowsPerBlock;
        Debug.Assert(_isBound == 1 && positions.Length >= rows && estimates.Length >= rows);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        int blockBytes = _owner.BlockBytes, count = (rows + PerBlock - 1) / PerBlock;
        blocks = blocks[..(count * blockBytes)];
        var limit = new ScreenLimit(_step, LimitFor(threshold, list.Offset));
        Span<uint> within = stackalloc uint[BlocksAtOnce];
        int found = 0;
        for (int first = 0; first < count; first += BlocksAtOnce)
        {
            within = within[..Math.Min(BlocksAtOnce, count - first)];
            ReadOnlySpan<byte> some = blocks.Slice(first * blockBytes, within.Length * blockBytes);
            _owner.Kernel.Screen(_rounded.Span, some, blockBytes, limit, within);
            if (first + within.Length == count && rows % PerBlock != 0)
            {
                within[^1] &= (1u << (rows % PerBlock)) - 1;
            }

            for (int b = 0; b < within.Length; b++)
            {
                ReadOnlySpan<byte> block = some.Slice(b * blockBytes, blockBytes);
                for (uint mask = within[b]; mask != 0; mask &= mask - 1)
                {
                    int slot = BitOperations.TrailingZeroCount(mask);
                    float estimate = list.Offset + _owner.Term(block, slot) + _owner.Sum(_tables.Span, block, slot);
                    if (estimate <= threshold)
                    {
                        positions[found] = ((first + b) * PerBlock) + slot;
                        estimates[found++] = estimate;
                    }
                }
            }
        }

        return found;
    }

    public void Dispose()
    {
        // A second dispose must not put the scorer into the pool twice.
        if (Interlocked.Exchange(ref _isBound, 0) == 1)
        {
            _pool.Return(this);
        }
    }

    /// <summary>What step × sum + term must not exceed, rounded up.</summary>
    private float LimitFor(float threshold, float offset)
    {
        if (float.IsInfinity(threshold) || !double.IsFinite(_magnitude))
        {
            return threshold == float.NegativeInfinity ? threshold : float.PositiveInfinity;
        }

        double slack = ((_owner.Codebooks.Parts + 16) * _magnitude) + Math.Abs(threshold) + Math.Abs(offset);
        return MathF.BitIncrement((float)(threshold - (double)offset - _base + (Slack * slack)));
    }
}
