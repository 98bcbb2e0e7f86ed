using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>What one evaluation of a filter runs against. One thread.</summary>
internal sealed class EvaluationContext(IPayloadView view, CancellationToken cancellation)
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

    /// <summary>A copy of a set of rows.</summary>
    public static BitSet Copy(BitSet rows)
    {
        var copy = new BitSet(rows.Length);
        copy.Or(rows);
        return copy;
    }

    public static bool IsEmpty(BitSet rows) => rows.Next(0) < 0;
}
