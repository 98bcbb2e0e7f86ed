namespace Vesper.Storage.Wal.Recovery;

/// <summary>A place in the log: a step of the path, and an offset in its segment.</summary>
internal readonly record struct LogPosition(int Step, long Offset);
