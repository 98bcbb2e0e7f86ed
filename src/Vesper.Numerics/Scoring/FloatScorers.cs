using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Scoring;

/// <summary>Makes pooled scorers over float32 rows for one metric; the best kernel of the machine is picked once.</summary>
/// <remarks>
/// Thread-safe. Under cosine each row carries one more column after its dimensions: the inverse norm (see <see cref="ColumnsFor"/>).
/// </remarks>
public sealed class FloatScorers
{
    /// <summary>Binds to rows of <see cref="ColumnsFor"/>(metric, dimensions) columns; the matrix may grow later.</summary>
    public FloatScorers(Metric metric, int dimensions, RowMatrix<float> rows) => throw new NotImplementedException();

    /// <summary>Columns a row needs: the dimensions, and under cosine one more for the inverse norm.</summary>
    public static int ColumnsFor(Metric metric, int dimensions) => metric == Metric.Cosine ? dimensions + 1 : dimensions;

    /// <summary>1 / |v|, computed the one way that every row and query uses. 0 for a zero vector.</summary>
    public static float InverseNorm(ReadOnlySpan<float> vector) => throw new NotImplementedException();

    /// <summary>A scorer from a query of the right number of dimensions. No allocation once the pool is warm.</summary>
    public IScorer ForQuery(ReadOnlySpan<float> query) => throw new NotImplementedException();

    /// <summary>A scorer from a stored row to others; equal to a query of the same bits.</summary>
    public IScorer ForRow(Ordinal row) => throw new NotImplementedException();
}
