using System.Diagnostics;

namespace Vesper.Cli.Importing;

/// <summary>
/// Says how many points are on stable storage, and never one too many. Batches are reported in order, so every number
/// is a prefix of the input. When a batch counts as stored depends on the durability of its write: under <see
/// cref="DurabilityLevel.Sync"/> when it is acknowledged, under <see cref="DurabilityLevel.Interval"/> when the
/// collection's durable LSN has reached it, under <see cref="DurabilityLevel.None"/> after the last flush alone.
/// </summary>
internal sealed class Acknowledgements(DurabilityLevel level, Func<Lsn> durable, Action<long> report)
{
    private readonly Queue<(Lsn Lsn, long Points)> _waiting = new();
    private long _written;

    /// <summary>Points reported last.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The next batch was acknowledged by the engine.</summary>
    /// <param name="lsn">The LSN of its write.</param>
    /// <param name="points">Points of the input up to its end.</param>
    public void Written(Lsn lsn, long points)
    {
        Debug.Assert(points >= _written, "batches arrive in order");
        _written = points;
        switch (level)
        {
            case DurabilityLevel.Sync:
                Report(points);
                break;
            case DurabilityLevel.Interval:
                _waiting.Enqueue((lsn, points));
                ReportStored();
                break;
        }
    }

    /// <summary>A flush that covers everything written has returned.</summary>
    /// <param name="points">Points of the input up to the end of the last batch.</param>
    public void Flushed(long points)
    {
        Debug.Assert(points >= Acknowledged, "a flush takes nothing back");
        _waiting.Clear();
        if (points > Acknowledged || level == DurabilityLevel.None)
        {
            Report(points);
        }
    }

    private void ReportStored()
    {
        var stored = durable();
        while (_waiting.TryPeek(out var batch) && batch.Lsn <= stored)
        {
            _waiting.Dequeue();
            Report(batch.Points);
        }
    }

    private void Report(long points)
    {
        Acknowledged = points;
        report(points);
    }
}
