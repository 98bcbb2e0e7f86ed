using System.Diagnostics;

namespace Vesper.Bench.Measuring;

/// <summary>Times of single operations, in ticks of the stopwatch. One thread adds; merge afterwards.</summary>
internal sealed class LatencySamples
{
    private static readonly double TicksPerMs = Stopwatch.Frequency / 1e3;

    private readonly List<long> _ticks = [];
    private bool _isSorted;

    /// <summary>Operations.</summary>
    public int Count => _ticks.Count;

    /// <summary>Adds the time since a timestamp of the stopwatch.</summary>
    public void AddSince(long started) => Add(Stopwatch.GetTimestamp() - started);

    /// <summary>Adds a time.</summary>
    public void Add(long ticks)
    {
        _ticks.Add(ticks);
        _isSorted = false;
    }

    /// <summary>Adds all of another's.</summary>
    public void Add(LatencySamples other)
    {
        _ticks.AddRange(other._ticks);
        _isSorted = false;
    }

    /// <summary>The time that a share of the operations did not exceed (nearest rank); 0 when there are none.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public double PercentileMs(double share)
    {
        Debug.Assert(share is > 0 and <= 1);
        if (_ticks.Count == 0)
        {
            return 0;
        }

        if (!_isSorted)
        {
            _ticks.Sort();
            _isSorted = true;
        }

        return _ticks[(int)Math.Ceiling(share * _ticks.Count) - 1] / TicksPerMs;
    }
}
