using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Vesper.Indexing.Graph.Building;

/// <summary>
/// Inserts a range of rows with several threads, so that no gap is left: rows are taken in order, and a row that is
/// taken is inserted, also when the work is cancelled meanwhile.
/// </summary>
/// <remarks>
/// A loop that hands out ranges would leave gaps on cancellation; a graph with gaps can be neither sealed nor copied.
/// </remarks>
internal static class ParallelInsertion
{
    /// <summary>Inserts the rows [from, to).</summary>
    /// <param name="index">Takes the rows.</param>
    /// <param name="from">The first row, at most <see cref="IVectorIndex.Count"/>.</param>
    /// <param name="to">One more than the last row; all are in the store.</param>
    /// <param name="threads">Most threads, ≥ 1.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the last row was taken.</exception>
    public static void Run(IMutableVectorIndex index, int from, int to, int threads, CancellationToken cancellation)
    {
        Debug.Assert(from <= index.Count && threads >= 1, "No gap is left before the range.");
        var taken = from - 1;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        try
        {
            Parallel.For(0, threads, options, _ => InsertUntilDone(index, ref taken, to, cancellation));
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        if (taken < to - 1)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static void InsertUntilDone(
        IMutableVectorIndex index, ref int taken, int to, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var row = Interlocked.Increment(ref taken);
            if (row >= to)
            {
                break;
            }

            index.Insert(new Ordinal(row));
        }
    }
}
