namespace Vesper.Storage.Wal.Recovery;

/// <summary>A record in a segment whose own checksums hold. Valid until the reader moves on.</summary>
internal readonly ref struct RecordFrame(RecordHeader header, ReadOnlySpan<byte> bytes, long offset)
{
    public RecordHeader Header { get; } = header;

    public ReadOnlySpan<byte> HeaderBytes { get; } = bytes[..WalFormat.RecordHeaderBytes];

    public ReadOnlySpan<byte> Payload { get; } = bytes.Slice(WalFormat.RecordHeaderBytes, header.PayloadBytes);

    public long Offset { get; } = offset;

    public long NextOffset => Offset + Header.FrameBytes;
}

/// <summary>What stands at an offset of a segment.</summary>
internal enum FrameStatus
{
    /// <summary>A record whose checksums hold.</summary>
    Record,

    /// <summary>The end of the file, or zeros only up to it.</summary>
    End,

    /// <summary>Fewer bytes than the record needs.</summary>
    Short,

    /// <summary>No record header.</summary>
    BadHeader,

    /// <summary>A sound header whose payload or padding is damaged: its length can be trusted.</summary>
    BadPayload,
}

/// <summary>Words for what is wrong at an offset.</summary>
internal static class FrameProblem
{
    public static string Of(FrameStatus status) => status switch
    {
        FrameStatus.Short => "the end of the file inside it",
        FrameStatus.BadHeader => "bytes that are no record header",
        FrameStatus.BadPayload => "a payload with a wrong checksum",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No problem."),
    };
}
