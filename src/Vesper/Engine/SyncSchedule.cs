using Vesper.Storage.Wal;

namespace Vesper.Engine;

/// <summary>
/// Syncs of the log that no commit asks for: a flush, and the intervals that run out. Writer thread only.
/// </summary>
internal sealed class SyncSchedule(WriteAheadLog log, Health health)
{
    private const int NextAttemptMs = 1_000;
    private const long Never = long.MaxValue;

    private long _dueMs = Never;

    /// <summary>Milliseconds until one is due; −1 for never.</summary>
    public int WaitMs => _dueMs == Never ? -1 : (int)Math.Clamp(_dueMs - Environment.TickCount64, 0, 60_000);

    /// <summary>Takes note of what was committed.</summary>
    public void Committed(IEnumerable<Durability> levels)
    {
        if (log.DurableLsn >= log.LastLsn)
        {
            _dueMs = Never;
            return;
        }

        foreach (var level in levels.Where(level => level.Level == DurabilityLevel.Interval))
        {
            _dueMs = Math.Min(_dueMs, Environment.TickCount64 + level.IntervalMs);
        }
    }

    /// <summary>Syncs what is committed. A full disk passes; what else the file system refuses ends writing.</summary>
    public void Sync()
    {
        _dueMs = Never;
        try
        {
            log.Sync();
        }
        catch (StorageException error) when (error.Code == VesperErrorCode.DiskFull)
        {
            health.Degrade("disk", error.Message);
            throw;
        }
        catch (StorageException error)
        {
            health.Fail(error.Message);
            throw;
        }
    }

    /// <summary>Keeps the promise of the intervals: to be asked after each commit, and at rest.</summary>
    public void SyncWhenDue()
    {
        if (Environment.TickCount64 < _dueMs)
        {
            return;
        }

        try
        {
            Sync();
        }
        catch (StorageException)
        {
            // No caller waits for this one: the state tells. After a full disk there is another attempt.
            _dueMs = health.State == CollectionState.Failed ? Never : Environment.TickCount64 + NextAttemptMs;
        }
    }
}
