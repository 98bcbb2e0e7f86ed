namespace Vesper;

/// <summary>
/// When a write is acknowledged. What a crash can lose is always a suffix of the order of acknowledgement, never a
/// hole.
/// </summary>
/// <remarks><see cref="Sync"/> is the default value.</remarks>
public readonly record struct Durability
{
    private Durability(DurabilityLevel level, int intervalMs)
    {
        Level = level;
        IntervalMs = intervalMs;
    }

    /// <summary>The level.</summary>
    public DurabilityLevel Level { get; }

    /// <summary>Milliseconds between background syncs; only for <see cref="DurabilityLevel.Interval"/>.</summary>
    public int IntervalMs { get; }

    /// <summary>Acknowledged after the write is on stable storage; concurrent writes share one sync.</summary>
    public static Durability Sync => default;

    /// <summary>
    /// Acknowledged once written; a background sync follows within the interval. A power cut loses at most that much.
    /// </summary>
    /// <param name="milliseconds">1 to 60,000.</param>
    public static Durability Interval(int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 60_000);
        return new Durability(DurabilityLevel.Interval, milliseconds);
    }

    /// <summary>Acknowledged once written; synced only by flush, checkpoint, rotation and close.</summary>
    public static Durability None => new(DurabilityLevel.None, 0);
}

/// <summary>Names of the durability levels.</summary>
public enum DurabilityLevel
{
    /// <summary>fsync before acknowledgement.</summary>
    Sync = 0,

    /// <summary>fsync within an interval.</summary>
    Interval = 1,

    /// <summary>fsync only when asked.</summary>
    None = 2,
}

/// <summary>What opening does when the log proves that acknowledged data is damaged.</summary>
public enum RecoveryMode
{
    /// <summary>Refuse, and name the place. The default.</summary>
    Strict = 0,

    /// <summary>Keep everything before the damage, give up what follows, and report what was lost.</summary>
    Prefix = 1,

    /// <summary>Keep every whole batch that still reads, skip what does not, and report what was lost.</summary>
    Salvage = 2,
}
