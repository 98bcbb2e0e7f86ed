using System.Diagnostics;
using System.Threading.Channels;
using Vesper.Cli.Files;

namespace Vesper.Cli.Importing;

/// <summary>How an import writes.</summary>
/// <param name="BatchPoints">Points of a batch, each batch atomic.</param>
/// <param name="Durability">When a batch is acknowledged; null takes the collection's level.</param>
/// <param name="Skip">Rows of the input passed over.</param>
internal sealed record ImportOptions(int BatchPoints, Durability? Durability, long Skip);

/// <summary>
/// Writes an input into a collection: one thread reads and parses ahead, and several batches are in flight, so that
/// their log records share an fsync. Batches are awaited in order; after a failure or a cancellation nothing more is
/// sent.
/// </summary>
internal sealed class ImportRun(ImportTarget target, ImportOptions options, Action<long> acknowledge)
{
    private const int BatchesInFlight = 4;
    private const int BatchesReadAhead = 2;
    private const long MaxBatchBytes = 64L << 20;

    private readonly Queue<(Task<WriteResult> Write, long Points)> _inFlight = new();
    private readonly Acknowledgements _acknowledgements = new(
        (options.Durability ?? target.Options.Durability).Level, () => target.Collection.DurableLsn, acknowledge);

    private long _written = options.Skip;

    /// <summary>Points of the input that are known to be on stable storage, what was skipped included.</summary>
    public long Acknowledged => Math.Max(_acknowledgements.Acknowledged, options.Skip);

    /// <summary>How far it came, and how to go on, for a run that did not reach the end.</summary>
    public string Outcome
    {
        get
        {
            var stored = Acknowledged == 0
                ? "no point is known to be stored"
                : $"the first {Acknowledged} points are stored";
            var written = _written > Acknowledged ? $", those up to {_written} are written but not synced" : "";
            return $"{stored}{written}: go on with --skip {Acknowledged}";
        }
    }

    /// <summary>Runs to the end of the input; returns the points written.</summary>
    /// <exception cref="VesperException">Reading or writing failed; what was acknowledged stays.</exception>
    public async Task<long> RunAsync(
        IPointReader reader, long total, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        reader.Skip(options.Skip);
        _written = reader.Position;
        var first = _written;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<List<Point>>(BatchesReadAhead);
        var reading = Task.Run(() => ReadAsync(reader, batches.Writer, stop.Token), CancellationToken.None);
        try
        {
            await WriteAsync(batches.Reader, total, progress, stop.Token);
            await reading;
        }
        catch
        {
            await stop.CancelAsync();
            await SettleAsync(reading);
            await TryFlushAsync();
            throw;
        }

        if (_written > first || options.Durability is { Level: DurabilityLevel.None })
        {
            // Not cancelled: it is one sync, and without it nobody knows what is stored.
            await target.Collection.FlushAsync(CancellationToken.None);
            _acknowledgements.Flushed(_written);
        }

        return _written - first;
    }

    private async Task WriteAsync(
        ChannelReader<List<Point>> batches, long total, IProgress<WorkProgress> progress,
        CancellationToken cancellation)
    {
        var write = new WriteOptions { Durability = options.Durability };
        var sent = _written;
        await foreach (var batch in batches.ReadAllAsync(cancellation))
        {
            if (_inFlight.Count == BatchesInFlight)
            {
                await CompleteOldestAsync(total, progress);
            }

            sent += batch.Count;
            _inFlight.Enqueue((target.WriteAsync(batch, write), sent));
        }

        while (_inFlight.Count > 0)
        {
            await CompleteOldestAsync(total, progress);
        }
    }

    private async Task CompleteOldestAsync(long total, IProgress<WorkProgress> progress)
    {
        var (write, points) = _inFlight.Dequeue();
        var result = await write;
        _written = points;
        _acknowledgements.Written(result.Lsn, points);
        progress.Report(new WorkProgress("", points, total));
    }

    // After a failure: waits for what is in flight. Batches up to the first failed one still count.
    private async Task SettleAsync(Task reading)
    {
        while (_inFlight.Count > 0)
        {
            try
            {
                await CompleteOldestAsync(0, new NoProgress());
            }
            catch (Exception error) when (error is VesperException or IOException)
            {
                Task rest = Task.WhenAll(_inFlight.Select(batch => batch.Write));
                await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _inFlight.Clear();
            }
        }

        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Also after a failure, what was written under a weaker level than sync becomes what can be relied on.
    private async Task TryFlushAsync()
    {
        if (_written <= Acknowledged)
        {
            return;
        }

        try
        {
            await target.Collection.FlushAsync(CancellationToken.None);
            _acknowledgements.Flushed(_written);
        }
        catch (Exception error) when (error is VesperException or IOException)
        {
            Debug.Assert(_written > Acknowledged, "the outcome says that these are not synced");
        }
    }

    private async Task ReadAsync(
        IPointReader reader, ChannelWriter<List<Point>> batches, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var points = new List<Point>(options.BatchPoints);
                if (reader.Read(points, options.BatchPoints) == 0)
                {
                    batches.Complete();
                    return;
                }

                foreach (var batch in Split(points))
                {
                    await batches.WriteAsync(batch, cancellation);
                }
            }
        }
        catch (Exception error)
        {
            batches.Complete(error);
            throw;
        }
    }

    // A batch of large payloads or wide vectors is sent in parts, far below the limit of a batch.
    private IEnumerable<List<Point>> Split(List<Point> points)
    {
        var vectorBytes = target.VectorBytes;
        var bytes = 0L;
        var start = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var size = points[i].Payload.Utf8.Length + vectorBytes;
            if (bytes + size > MaxBatchBytes && i > start)
            {
                yield return points.GetRange(start, i - start);
                (start, bytes) = (i, 0);
            }

            bytes += size;
        }

        Debug.Assert(start < points.Count, "a batch that was read is not empty");
        yield return start == 0 ? points : points.GetRange(start, points.Count - start);
    }

    /// <summary>Nobody looks any more.</summary>
    private sealed class NoProgress : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
        }
    }
}
