using System.Diagnostics;
using System.Numerics;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>
/// Scans blocks of scalar codes. The ranges of the dimensions are folded into the query, so that an estimate is one
/// dot product of floats with codes: it is exact but for rounding, and nothing needs a second look.
/// </summary>
internal sealed class ColumnScorer(ColumnLayout layout, IdlePool<ColumnScorer> pool) : IBlockScorer
{
    private readonly float[] _weights = new float[layout.WeightCount];
    private readonly float[] _estimates = new float[IBlockLayout.RowsPerBlock];
    private double _constant;
    private int _isBound;

    /// <summary>Takes the query: code × weight × step × query summed up is the estimate, but for a constant.</summary>
    public void Bind(ReadOnlySpan<float> query, float weight)
    {
        int wasBound = Interlocked.Exchange(ref _isBound, 1);
        Debug.Assert(wasBound == 0 && query.Length == layout.Dimensions);
        _constant = 0;
        for (int i = 0; i < query.Length; i++)
        {
            float weighted = weight * query[i];
            _weights[i] = layout.Steps is null ? weighted : weighted * layout.Steps[i];
            _constant += layout.Minima is null ? 0 : (double)weighted * layout.Minima[i];
        }
    }

    public int Scan(
        ReadOnlySpan<byte> blocks,
        int rows,
        ListTerms list,
        float threshold,
        Span<int> positions,
        Span<float> estimates)
    {
        Debug.Assert(_isBound == 1);
        float offset = (float)(list.Offset + _constant);
        int count = 0;
        for (int start = 0; start < rows; start += IBlockLayout.RowsPerBlock)
        {
            ReadOnlySpan<byte> block = blocks[..layout.BlockBytes];
            blocks = blocks[layout.BlockBytes..];
            uint found = layout.Kernel.Scan(block, _weights, offset, threshold, _estimates);
            for (found &= BlockRows.InUse(rows - start); found != 0; found &= found - 1)
            {
                int row = BitOperations.TrailingZeroCount(found);
                positions[count] = start + row;
                estimates[count++] = _estimates[row];
            }
        }

        return count;
    }

    public void Dispose()
    {
        // A second dispose must not put the scorer into the pool twice.
        if (Interlocked.Exchange(ref _isBound, 0) == 1)
        {
            pool.Return(this);
        }
    }
}
