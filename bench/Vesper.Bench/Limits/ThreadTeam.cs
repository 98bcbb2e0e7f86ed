using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Vesper.Bench.Limits;

/// <summary>Runs the same work on several threads that start together.</summary>
internal static class ThreadTeam
{
    private static ulong _sink;

    /// <summary>Seconds from the first thread's start to the last one's end; starting threads is not in it.</summary>
    /// <param name="threads">How many, ≥ 1.</param>
    /// <param name="work">Gets the thread's number; what it returns is kept, so that it has to be computed.</param>
    public static double Run(int threads, Func<int, ulong> work)
    {
        using var gate = new Barrier(threads);
        var started = new long[threads];
        var ended = new long[threads];
        Exception? failure = null;
        var team = Array.ConvertAll(Enumerable.Range(0, threads).ToArray(), number => new Thread(() =>
        {
            gate.SignalAndWait();
            started[number] = Stopwatch.GetTimestamp();
            try
            {
                var result = work(number);
                ended[number] = Stopwatch.GetTimestamp();
                Interlocked.Add(ref _sink, result);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, error, null);
            }
        }));
        Array.ForEach(team, thread => thread.Start());
        Array.ForEach(team, thread => thread.Join());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return (double)(ended.Max() - started.Min()) / Stopwatch.Frequency;
    }

    /// <summary>
    /// Runs passes of the work, after one pass that is not counted, and gives the seconds of the fastest pass: what
    /// else runs on the machine only adds to it.
    /// </summary>
    public static double Fastest(int threads, int passes, Func<int, ulong> work)
    {
        Run(threads, work);
        var fastest = double.PositiveInfinity;
        for (var pass = 0; pass < passes; pass++)
        {
            fastest = Math.Min(fastest, Run(threads, work));
        }

        return fastest;
    }
}
