using System.Diagnostics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Quantization.Matryoshka;

/// <summary>
/// Ranks rows by their first dimensions alone. Under cosine prefixes are made unit vectors again; one that is all
/// zeros has the score of a right angle.
/// </summary>
/// <remarks>Thread-safe. Rows that are appended later are not seen.</remarks>
internal sealed class PrefixScorer
{
    private const int BatchRows = 256;

    private readonly RowMatrix<float> _rows;
    private readonly FloatKernel _kernel;
    private readonly float[]? _inverseNorms;
    private readonly int _prefix;

    public PrefixScorer(Metric metric, RowMatrix<float> rows, int prefix)
    {
        Debug.Assert(prefix > 0 && prefix <= rows.Columns);
        _rows = rows;
        _prefix = prefix;
        _kernel = KernelTable.Current.For(metric);
        Count = rows.Count;
        if (metric == Metric.Cosine)
        {
            _inverseNorms = new float[Count];
            for (int row = 0; row < Count; row++)
            {
                _inverseNorms[row] = FloatScorers.InverseNorm(rows.Row(row)[..prefix]);
            }
        }
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Offers all rows: O(rows × prefix).</summary>
    public void Rank(ReadOnlySpan<float> query, TopK nearest, CancellationToken cancellation)
    {
        Span<Ordinal> ordinals = stackalloc Ordinal[BatchRows];
        Span<float> distances = stackalloc float[BatchRows];
        RowAddresses<float> addresses = _rows.Addresses;
        for (int start = 0; start < Count; start += BatchRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int size = Math.Min(BatchRows, Count - start);
            for (int i = 0; i < size; i++)
            {
                ordinals[i] = new Ordinal(start + i);
            }

            _kernel.Score(query[.._prefix], addresses, ordinals[..size], distances);
            for (int i = 0; i < size; i++)
            {
                float distance = _inverseNorms is null ? distances[i] : distances[i] * _inverseNorms[start + i];
                nearest.Push(distance, ordinals[i]);
            }
        }

        GC.KeepAlive(_rows);
    }
}
