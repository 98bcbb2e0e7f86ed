using System.Diagnostics;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Sweeps;

/// <summary>Says now and then how far a sweep is, by what its steps took so far.</summary>
internal sealed class SweepProgress(string title, int steps, Action<string> say)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _said = TimeSpan.Zero;
    private int _done;

    /// <summary>One step is done.</summary>
    public void Step()
    {
        _done++;
        var now = _clock.Elapsed;
        if (now - _said < Pause || _done >= steps)
        {
            return;
        }

        _said = now;
        var left = now * (steps - _done) / _done;
        say($"  {title}: {_done} of {steps} points after {Minutes(now)}, about {Minutes(left)} left");
    }

    /// <summary>A time in minutes.</summary>
    public static string Minutes(TimeSpan time) => $"{Shown.Number(time.TotalMinutes, 1)} min";
}
