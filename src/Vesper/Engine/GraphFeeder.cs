using Vesper.Indexing.Graph.Building;
using Vesper.Segments;

namespace Vesper.Engine;

/// <summary>Inserts the active segment's rows into its graphs, a chunk at a time, behind the writer.</summary>
internal sealed class GraphFeeder(SegmentLedger ledger, int threads)
{
    private const int ChunkRows = 256;

    private readonly Lock _gate = new();

    /// <summary>Inserts one chunk; false when nothing waits.</summary>
    public bool FeedChunk(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        lock (_gate)
        {
            using var lease = ledger.Lease();
            var active = lease.Set.Active;
            var rows = lease.Set.Views[0].Count;
            var fed = false;
            for (var field = 0; field < active.Schema.Fields.Count && active.FrozenAt is null; field++)
            {
                if (active.Schema.Fields[field].IndexFor(rows) != IndexKind.Hnsw)
                {
                    continue;
                }

                var graph = active.GraphForFeeding(field);
                var from = graph.Count;
                var to = Math.Min(rows, from + ChunkRows);
                if (from < to)
                {
                    ParallelInsertion.Run(graph, from, to, threads, cancellation);
                    progress?.Report(new WorkProgress("indexing", to, rows));
                    fed = true;
                }
            }

            return fed;
        }
    }

    /// <summary>Returns when no chunk of a frozen segment is being inserted; none will be after.</summary>
    public void WaitForChunk()
    {
        lock (_gate)
        {
        }
    }
}
