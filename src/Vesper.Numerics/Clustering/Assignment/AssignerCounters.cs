using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Counts what an assigner did, for all threads; added to once a block.</summary>
internal sealed class AssignerCounters
{
    private long _assignments;
    private long _measured;
    private long _pruned;

    /// <summary>The counts now.</summary>
    public AssignerStatistics Statistics => new(
        Interlocked.Read(ref _assignments), Interlocked.Read(ref _measured), Interlocked.Read(ref _pruned));

    /// <summary>Adds a block.</summary>
    public void Add(long assignments, long measured, long pruned)
    {
        Interlocked.Add(ref _assignments, assignments);
        Interlocked.Add(ref _measured, measured);
        Interlocked.Add(ref _pruned, pruned);
    }
}
