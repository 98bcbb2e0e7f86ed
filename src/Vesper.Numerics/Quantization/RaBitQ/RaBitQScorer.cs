using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Rotation;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>
/// Scans in two steps: a lower bound of all rows of a block from their signs, then the estimate from all bits of the
/// rows that the bound does not exclude; it is returned unless its own bound is above the threshold.
/// </summary>
internal sealed class RaBitQScorer : IBlockScorer
{
    private const int Rows = IBlockLayout.RowsPerBlock;

    private static readonly float[] NoShifts = new float[Rows];

    private readonly RaBitQShape _shape;
    private readonly RaBitQKernel _kernel;
    private readonly IdlePool<RaBitQScorer> _pool;
    private readonly SignTables _tables;
    private readonly ExtraPlaces _places;
    private readonly float _boundWidth;
    private readonly float[] _query;
    private readonly float[] _extraWeights;
    private readonly float[] _sums = new float[Rows];
    private float _weight;
    private float _querySum;
    private float _queryNorm;
    private int _isBound;

    public RaBitQScorer(RaBitQShape shape, RaBitQKernel kernel, float boundWidth, IdlePool<RaBitQScorer> pool)
    {
        _shape = shape;
        _kernel = kernel;
        _pool = pool;
        _boundWidth = boundWidth;
        _tables = new SignTables(shape);
        _places = new ExtraPlaces(shape.ExtraBits);
        _query = new float[shape.Rotated];
        int groups = (shape.Rotated + ExtraPlaces.GroupSize - 1) / ExtraPlaces.GroupSize;
        _extraWeights = new float[groups * ExtraPlaces.GroupSize];
    }

    /// <summary>Rows that were looked at a second time since the query was bound.</summary>
    public long SecondLooks { get; private set; }

    /// <summary>Rotates the query and computes its tables.</summary>
    public void Bind(ReadOnlySpan<float> query, float weight, RandomRotation rotation)
    {
        int wasBound = Interlocked.Exchange(ref _isBound, 1);
        Debug.Assert(wasBound == 0);
        rotation.Rotate(query, _query);
        _tables.Fill(_query);
        double sum = 0, squares = 0;
        for (int i = 0; i < _query.Length; i++)
        {
            sum += _query[i];
            squares += (double)_query[i] * _query[i];
            _extraWeights[i] = _query[i] * _places.Scales[i % ExtraPlaces.GroupSize];
        }

        _querySum = (float)sum;
        _queryNorm = (float)Math.Sqrt(squares);
        _weight = weight;
        SecondLooks = 0;
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
        FirstLook look = Look(list, threshold);
        int count = 0;
        for (int start = 0; start < rows; start += Rows)
        {
            ReadOnlySpan<byte> block = blocks[.._shape.BlockBytes];
            blocks = blocks[_shape.BlockBytes..];
            uint found = FirstBounds(block, in look) & BlockRows.InUse(rows - start);
            SecondLooks += BitOperations.PopCount(found);
            for (; found != 0; found &= found - 1)
            {
                int row = BitOperations.TrailingZeroCount(found);
                float estimate = Estimate(block, row, look.Offset, out float deviation);
                if (!(estimate - deviation * look.Radius > threshold))
                {
                    positions[count] = start + row;
                    estimates[count++] = estimate;
                }
            }
        }

        return count;
    }

    public void Dispose()
    {
        // A second dispose must not put the scorer into the pool twice.
        if (Interlocked.Exchange(ref _isBound, 0) == 1)
        {
            _pool.Return(this);
        }
    }

    private FirstLook Look(ListTerms list, float threshold)
    {
        float width = Math.Abs(_weight);
        float perRadius = width * _boundWidth;
        return new FirstLook(
            list.Offset,
            _weight,
            _weight * (_tables.Base - 0.5f * _querySum) - width * _tables.ErrorMax,
            _weight * _tables.Step,
            perRadius * list.Radius,
            perRadius * Math.Max(list.Radius, _queryNorm),
            threshold);
    }

    private uint FirstBounds(ReadOnlySpan<byte> block, in FirstLook look)
    {
        _kernel.Sum(block[.._shape.ExtraStart], _tables.Rounded, _sums);
        ReadOnlySpan<float> columns = Columns(block);
        ReadOnlySpan<float> shifts = _shape.ExtraBits == 0 ? NoShifts : columns[(RaBitQFactor.FirstShift * Rows)..];
        return _kernel.Bound(_sums, columns, shifts, columns[(_shape.FactorCount * Rows)..], in look);
    }

    private float Estimate(ReadOnlySpan<byte> block, int row, float offset, out float deviation)
    {
        int extraBits = _shape.ExtraBits;
        float dot = SignDot(block, row) - 0.5f * _querySum;
        ReadOnlySpan<float> columns = Columns(block);
        int rescale = RaBitQFactor.FirstRescale;
        int error = RaBitQFactor.FirstError;
        if (extraBits > 0)
        {
            // sign × 2^e + bits − (2^e − ½), summed with the query.
            ReadOnlySpan<byte> bits = block[(_shape.ExtraStart + row * _shape.ExtraBytes)..];
            float extra = _kernel.Dot(bits, extraBits, _places, _extraWeights);
            int levels = 1 << extraBits;
            dot = dot * levels + (extra - 0.5f * (levels - 1) * _querySum);
            rescale = RaBitQFactor.Rescale;
            error = RaBitQFactor.Error;
        }

        deviation = columns[error * Rows + row];
        float term = columns[_shape.FactorCount * Rows + row];
        return offset + term + _weight * (columns[rescale * Rows + row] * dot);
    }

    /// <summary>The sum of the query over a row's set signs, from the exact tables.</summary>
    private float SignDot(ReadOnlySpan<byte> block, int row)
    {
        (int place, int shift) = RaBitQShape.PlaceOf(row);
        ReadOnlySpan<float> tables = _tables.Exact;
        ReadOnlySpan<byte> signs = block[place..tables.Length];
        float even = 0, odd = 0;
        for (int group = 0; group + RaBitQShape.GroupBytes < tables.Length; group += 2 * RaBitQShape.GroupBytes)
        {
            int next = group + RaBitQShape.GroupBytes;
            even += tables[group + (signs[group] >> shift & 15)];
            odd += tables[next + (signs[next] >> shift & 15)];
        }

        return even + odd;
    }

    private ReadOnlySpan<float> Columns(ReadOnlySpan<byte> block) =>
        MemoryMarshal.Cast<byte, float>(block[_shape.FactorStart..]);
}
