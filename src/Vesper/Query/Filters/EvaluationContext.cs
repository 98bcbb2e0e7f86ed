using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>What one evaluation of a filter runs against. One thread.</summary>
/// <param name="view">The rows.</param>
/// <param name="sets">Where sets are taken from; the caller returns them when the answer is used up.</param>
internal sealed class EvaluationContext(IPayloadView view, BitSetPool sets, CancellationToken cancellation)
{
    private const int RowsBetweenChecks = 256;

    private int _rows;

    public IPayloadView View => view;

    /// <summary>Called for each row that is read; looks at the cancellation token now and then.</summary>
    public void CountRow()
    {
        if (++_rows % RowsBetweenChecks == 0)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>An empty set of the view's length.</summary>
    public BitSet NewSet() => sets.Rent(view.Count);

    /// <summary>A copy of a set of rows.</summary>
    public BitSet Copy(BitSet rows)
    {
        var copy = NewSet();
        copy.Or(rows);
        return copy;
    }

    public static bool IsEmpty(BitSet rows) => rows.Next(0) < 0;
}
