using System.Diagnostics;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Experiments.Writing;

/// <summary>
/// Concurrent writers, each waiting for its acknowledgement before it writes on. What is acknowledged between two
/// moments counts; writes before the first are warm-up.
/// </summary>
internal sealed class WriteLoad
{
    private readonly Collection _collection;
    private readonly PointSource _source;
    private readonly int _batchPoints;
    private readonly HashSet<ulong> _syncs = [];
    private long _from;
    private long _to;

    /// <summary>Prepares writers to one collection.</summary>
    public WriteLoad(Collection collection, PointSource source, int batchPoints)
    {
        _collection = collection;
        _source = source;
        _batchPoints = batchPoints;
    }

    /// <summary>Runs the writers and gives what was acknowledged in the measured time.</summary>
    /// <param name="writers">How many at once.</param>
    /// <param name="warm">Before anything counts.</param>
    /// <param name="measured">While it counts.</param>
    public async Task<WriteLoadResult> RunAsync(
        int writers, TimeSpan warm, TimeSpan measured, CancellationToken cancellation)
    {
        _from = Stopwatch.GetTimestamp() + (long)(warm.TotalSeconds * Stopwatch.Frequency);
        _to = _from + (long)(measured.TotalSeconds * Stopwatch.Frequency);
        var loops = Enumerable.Range(0, writers).Select(_ => Task.Run(() => WriteAsync(cancellation), cancellation));
        var all = new LatencySamples();
        foreach (var samples in await Task.WhenAll(loops).ConfigureAwait(false))
        {
            all.Add(samples);
        }

        return new WriteLoadResult(all, (long)all.Count * _batchPoints, _syncs.Count, measured);
    }

    private async Task<LatencySamples> WriteAsync(CancellationToken cancellation)
    {
        var samples = new LatencySamples();
        while (Stopwatch.GetTimestamp() < _to)
        {
            var points = _source.Take(_batchPoints);
            var started = Stopwatch.GetTimestamp();
            await _collection.UpsertAsync(points, null, cancellation).ConfigureAwait(false);
            var ended = Stopwatch.GetTimestamp();
            if (ended < _from || ended >= _to)
            {
                continue;
            }

            samples.Add(ended - started);
            var durable = _collection.DurableLsn.Value;
            lock (_syncs)
            {
                _syncs.Add(durable);
            }
        }

        return samples;
    }
}

/// <summary>What a load of writes gave.</summary>
/// <param name="Latencies">From the call to its acknowledgement, one for each write.</param>
/// <param name="Points">Points acknowledged.</param>
/// <param name="Syncs">
/// Different durable positions that the writers saw at their acknowledgements: under <see cref="Durability.Sync"/> the
/// groups that shared a sync, or a few less.
/// </param>
/// <param name="Measured">The time it is counted over.</param>
internal sealed record WriteLoadResult(LatencySamples Latencies, long Points, int Syncs, TimeSpan Measured)
{
    /// <summary>Writes acknowledged in a second.</summary>
    public double WritesPerSecond => Latencies.Count / Measured.TotalSeconds;

    /// <summary>Points acknowledged in a second.</summary>
    public double PointsPerSecond => Points / Measured.TotalSeconds;

    /// <summary>Syncs in a second.</summary>
    public double SyncsPerSecond => Syncs / Measured.TotalSeconds;
}
