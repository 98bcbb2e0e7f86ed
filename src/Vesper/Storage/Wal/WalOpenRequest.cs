namespace Vesper.Storage.Wal;

/// <summary>What the manifest proves about the log when it is opened.</summary>
/// <param name="CheckpointLsn">
/// Everything up to here lives in data files: records up to here are not applied again. Before a manifest that names a
/// checkpoint is published, the log is synced up to it (<see cref="WriteAheadLog.Rotate"/> or
/// <see cref="WriteAheadLog.Sync"/>), so a log that ends before it is damaged, however it ends.
/// </param>
/// <param name="FirstSegmentNeeded">
/// Segments below this number may be gone. It, or a later one, must be there; 0 when no log had been started.
/// </param>
/// <param name="Recovery">What to do about damage to acknowledged data.</param>
/// <param name="ReadOnly">Write nothing: no cut file, no rewrite, no new segment.</param>
internal readonly record struct WalOpenRequest(
    Lsn CheckpointLsn, long FirstSegmentNeeded, RecoveryMode Recovery, bool ReadOnly);
