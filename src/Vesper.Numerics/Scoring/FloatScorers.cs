using System.Diagnostics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Scoring;

/// <summary>
/// Makes pooled scorers over float32 rows for one metric; the best kernel of the machine is picked once.
/// </summary>
/// <remarks>
/// Thread-safe. Under cosine each row carries one more column after its dimensions: the inverse norm (see
/// <see cref="ColumnsFor"/>). Vectors are finite by contract, checked where they enter the engine. Then no distance
/// is a NaN: a sum beyond the range of float is infinite, and a dot product whose terms overflow to both sides counts
/// as farthest.
/// </remarks>
public sealed class FloatScorers
{
    private readonly RowMatrix<float> _rows;
    private readonly FloatKernel _kernel;
    private readonly IdlePool<FloatScorer> _idle;

    /// <summary>
    /// Binds to rows of <see cref="ColumnsFor"/>(metric, dimensions) columns; the matrix may grow later.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The metric is unknown, or there are no dimensions.</exception>
    /// <exception cref="ArgumentException">The rows have another number of columns.</exception>
    /// <exception cref="KernelUnavailableException">The environment forces a kernel that is not there.</exception>
    public FloatScorers(Metric metric, int dimensions, RowMatrix<float> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        int columns = ColumnsFor(metric, dimensions);
        if (rows.Columns != columns)
        {
            throw new ArgumentException(
                $"{metric} over {dimensions} dimensions needs {columns} columns, not {rows.Columns}.", nameof(rows));
        }

        _kernel = KernelTable.Current.For(metric);
        _rows = rows;
        _idle = new IdlePool<FloatScorer>(_ => new FloatScorer(this, _rows, _kernel));
        Metric = metric;
        Dimensions = dimensions;
    }

    /// <summary>How distances are measured.</summary>
    public Metric Metric { get; }

    /// <summary>Elements of a query.</summary>
    public int Dimensions { get; }

    /// <summary>Columns a row needs: the dimensions, and under cosine one more for the inverse norm.</summary>
    public static int ColumnsFor(Metric metric, int dimensions) =>
        metric == Metric.Cosine ? dimensions + 1 : dimensions;

    /// <summary>
    /// 1 / |v|, computed the one way that every row and query uses. 0 for a zero vector. O(dimensions).
    /// </summary>
    /// <remarks>
    /// The bits are equal on every machine, as stored files carry them: squares of floats are exact in double, and
    /// they are summed in one fixed order. A vector so short that the value passes the range of float gets the
    /// largest float.
    /// </remarks>
    public static float InverseNorm(ReadOnlySpan<float> vector)
    {
        // Four sums that do not wait for each other; the last one to three elements join the first sum.
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        int i = 0;
        for (; i <= vector.Length - 4; i += 4)
        {
            sum0 += (double)vector[i] * vector[i];
            sum1 += (double)vector[i + 1] * vector[i + 1];
            sum2 += (double)vector[i + 2] * vector[i + 2];
            sum3 += (double)vector[i + 3] * vector[i + 3];
        }

        for (; i < vector.Length; i++)
        {
            sum0 += (double)vector[i] * vector[i];
        }

        double norm = Math.Sqrt(sum0 + sum1 + (sum2 + sum3));
        return norm == 0 ? 0 : (float)Math.Min(1 / norm, float.MaxValue);
    }

    /// <summary>A scorer from a query of the right number of dimensions. No allocation once the pool is warm.</summary>
    /// <exception cref="ArgumentException">The query has another number of dimensions.</exception>
    public IScorer ForQuery(ReadOnlySpan<float> query)
    {
        if (query.Length != Dimensions)
        {
            throw new ArgumentException($"A query has {Dimensions} dimensions, not {query.Length}.", nameof(query));
        }

        FloatScorer scorer = Rent();
        scorer.Bind(query, Metric == Metric.Cosine ? InverseNorm(query) : 1);
        return scorer;
    }

    /// <summary>A scorer from a stored row to others; equal to a query of the same bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public IScorer ForRow(Ordinal row)
    {
        ReadOnlySpan<float> columns = _rows.Row(row.Value);
        FloatScorer scorer = Rent();
        scorer.Bind(columns[..Dimensions], Metric == Metric.Cosine ? columns[Dimensions] : 1);
        return scorer;
    }

    internal void Return(FloatScorer scorer) => _idle.Return(scorer);

    private FloatScorer Rent()
    {
        FloatScorer scorer = _idle.Rent();
        Debug.Assert(scorer.Owner == this);
        return scorer;
    }
}
