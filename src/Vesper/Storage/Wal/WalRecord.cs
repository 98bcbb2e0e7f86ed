namespace Vesper.Storage.Wal;

/// <summary>One data record as replay sees it. The payload is valid during the call only.</summary>
internal readonly ref struct WalRecord(Lsn lsn, byte type, bool last, ReadOnlySpan<byte> payload)
{
    public Lsn Lsn { get; } = lsn;

    public byte Type { get; } = type;

    /// <summary>Ends a batch.</summary>
    public bool Last { get; } = last;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}

internal delegate void WalApply(in WalRecord record);
