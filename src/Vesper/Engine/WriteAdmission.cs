using Vesper.Engine.Records;

namespace Vesper.Engine;

/// <summary>
/// Whether there is room for a write: on the disk, in memory, and among the segments that wait to be sealed. Deletes
/// always pass, since they are the way to make room.
/// </summary>
internal sealed class WriteAdmission(EngineContext context, string directory, SegmentLedger ledger, Health health)
{
    private const int MaxFrozen = 2;

    /// <summary>False while sealing lags and may catch up: writes wait.</summary>
    public bool IsOpen => ledger.FrozenCount <= MaxFrozen || health.State != CollectionState.Healthy;

    /// <summary>Throws when there is no room (writer thread).</summary>
    /// <exception cref="LimitExceededException">The memory budget of the database.</exception>
    /// <exception cref="StorageException">
    /// The disk is full but for its headroom, or sealing cannot catch up.
    /// </exception>
    public void Require(RecordBatch batch)
    {
        if (batch.OnlyDeletes)
        {
            return;
        }

        if (ledger.FrozenCount > MaxFrozen)
        {
            throw new StorageException($"Sealing lags behind and cannot catch up: {health.Reason}");
        }

        if (context.Options.MemoryBudgetBytes is > 0 and var budget)
        {
            LimitExceededException.ThrowIfAbove("memory budget", context.Scope.Bytes + batch.Bytes, budget, "bytes");
        }

        try
        {
            RequireDisk(batch.Bytes);
        }
        catch (StorageException full)
        {
            health.Degrade("disk", full.Message);
            throw;
        }
    }

    /// <summary>Throws when so many bytes more would leave less than the headroom. Any thread.</summary>
    public void RequireDisk(long bytes)
    {
        var free = context.Files.FreeBytes(directory);
        if (free - bytes < context.DiskHeadroomBytes)
        {
            throw new StorageException(
                $"{directory}: {free} bytes are free; of these {context.DiskHeadroomBytes} are kept in reserve, and "
                + $"{bytes} more are needed",
                null,
                VesperErrorCode.DiskFull);
        }
    }
}
