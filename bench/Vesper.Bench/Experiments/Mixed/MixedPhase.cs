using System.Diagnostics;
using Vesper.Bench.Datasets;
using Vesper.Bench.Limits;

namespace Vesper.Bench.Experiments.Mixed;

/// <summary>
/// Some windows of one load: searching threads, a thread that samples recall now and then, and with writing a thread
/// that inserts and deletes at a steady rate.
/// </summary>
internal sealed class MixedPhase
{
    // The sampled searches and their exact answers take up to a sixteenth of one processor, or what twenty samples a
    // window take.
    private const int RestPerSample = 15;
    private const int SamplesPerWindowMin = 20;
    private const double TieTolerance = 1e-6;

    private readonly Collection _collection;
    private readonly Dataset _dataset;
    private readonly MixedPlan _plan;
    private readonly CancellationToken _cancellation;
    private readonly long _windowTicks;
    private readonly int _windows;
    private long _start;

    /// <summary>Prepares a phase of some windows.</summary>
    public MixedPhase(
        Collection collection, Dataset dataset, MixedPlan plan, int windows, CancellationToken cancellation)
    {
        _collection = collection;
        _dataset = dataset;
        _plan = plan;
        _windows = windows;
        _cancellation = cancellation;
        _windowTicks = (long)(plan.Window.TotalSeconds * Stopwatch.Frequency);
    }

    /// <summary>Runs all threads to the end of the last window.</summary>
    /// <param name="writing">What is inserted and deleted; null for no writing.</param>
    public IReadOnlyList<MixedWindow> Run(LivePoints? writing)
    {
        var threads = _plan.SearchThreads + (writing is null ? 1 : 2);
        var windows = Array.ConvertAll(new MixedWindow[threads][], _ => MakeWindows());
        _start = Stopwatch.GetTimestamp();
        ThreadTeam.Run(threads, number =>
        {
            if (number < _plan.SearchThreads)
            {
                Search(number, windows[number]);
            }
            else if (number == _plan.SearchThreads)
            {
                SampleRecall(windows[number]);
            }
            else
            {
                Write(writing!, windows[number]);
            }

            return 0;
        });
        var all = MakeWindows();
        foreach (var part in windows)
        {
            for (var window = 0; window < _windows; window++)
            {
                all[window].Add(part[window]);
            }
        }

        return all;
    }

    private MixedWindow[] MakeWindows() => Array.ConvertAll(new MixedWindow[_windows], _ => new MixedWindow());

    /// <summary>The window that a moment belongs to; false after the last one.</summary>
    private bool TryFind(MixedWindow[] windows, long timestamp, out MixedWindow window)
    {
        _cancellation.ThrowIfCancellationRequested();
        var number = (timestamp - _start) / _windowTicks;
        window = windows[Math.Min(number, _windows - 1)];
        return number < _windows;
    }

    private void Search(int number, MixedWindow[] windows)
    {
        for (var query = number; ; query++)
        {
            var started = Stopwatch.GetTimestamp();
            _collection.Search(Request(query, exact: false), _cancellation);
            var ended = Stopwatch.GetTimestamp();
            if (!TryFind(windows, ended, out var window))
            {
                return;
            }

            window.Searches.Add(ended - started);
        }
    }

    private void SampleRecall(MixedWindow[] windows)
    {
        for (var query = 0; TryFind(windows, Stopwatch.GetTimestamp(), out var window); query++)
        {
            var started = Stopwatch.GetTimestamp();
            var found = _collection.Search(Request(query, exact: false), _cancellation);
            var exact = _collection.Search(Request(query, exact: true), _cancellation);
            window.RecallSum += Recall(found, exact);
            window.RecallSamples++;
            Wait(Math.Min(
                RestPerSample * (Stopwatch.GetTimestamp() - started),
                _windowTicks / SamplesPerWindowMin));
        }
    }

    private void Write(LivePoints live, MixedWindow[] windows)
    {
        var ticksPerExchange = 2L * _plan.BatchPoints * Stopwatch.Frequency / _plan.PointsPerSecond;
        for (var exchange = 0; ; exchange++)
        {
            // By the clock and not by pauses: what is late is caught up with, and the rate reached is reported.
            Wait(_start + exchange * ticksPerExchange - Stopwatch.GetTimestamp());
            if (!TryFind(windows, Stopwatch.GetTimestamp(), out _))
            {
                return;
            }

            var (inserted, deleted) = live.Exchange(_plan.BatchPoints);
            Acknowledge(() => _collection.UpsertAsync(inserted, null, _cancellation), windows);
            Acknowledge(() => _collection.DeleteAsync(deleted, null, _cancellation), windows);
        }
    }

    private void Acknowledge(Func<ValueTask<WriteResult>> write, MixedWindow[] windows)
    {
        var started = Stopwatch.GetTimestamp();
        var result = write().AsTask().GetAwaiter().GetResult();
        var ended = Stopwatch.GetTimestamp();
        if (result.Affected != _plan.BatchPoints)
        {
            throw new InvalidDataException($"a write changed {result.Affected} points instead of {_plan.BatchPoints}");
        }

        if (TryFind(windows, ended, out var window))
        {
            window.Writes.Add(ended - started);
            window.PointsWritten += result.Affected;
        }
    }

    private SearchRequest Request(int query, bool exact) => new()
    {
        Vector = _dataset.Query(query % _dataset.QueryCount),
        Limit = _plan.K,
        Exact = exact,
        WithPayload = false,
    };

    /// <summary>By distance, so that points equally near count equally. Scores are exact in both.</summary>
    private double Recall(IReadOnlyList<SearchHit> found, IReadOnlyList<SearchHit> exact)
    {
        var kth = DistanceOf(exact[^1]);
        var limit = kth + Math.Abs(kth) * TieTolerance;
        return (double)Math.Min(exact.Count, found.Count(hit => DistanceOf(hit) <= limit)) / exact.Count;
    }

    private double DistanceOf(SearchHit hit) => _dataset.Metric switch
    {
        Metric.Dot => -hit.Score,
        Metric.Cosine => 1 - (double)hit.Score,
        _ => hit.Score,
    };

    private void Wait(long ticks)
    {
        if (ticks > 0)
        {
            _cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency));
        }
    }
}
