using System.Diagnostics;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>What must hold from record to record: LSNs, chain, whole batches in a group, markers that fit.</summary>
internal sealed class RecordSequence
{
    private SegmentChecksum _checksum;
    private bool _batchOpen;
    private bool _closed;

    public RecordSequence(SegmentHeader first)
    {
        LastLsn = CommittedLsn = DurableLsn = first.PrevLastLsn;
        Chain = first.PrevChain;
    }

    /// <summary>LSN of the last data record accepted.</summary>
    public ulong LastLsn { get; private set; }

    /// <summary>LSN that the last commit marker closed.</summary>
    public ulong CommittedLsn { get; private set; }

    /// <summary>The highest LSN proven to be on stable storage; the end of a group.</summary>
    public ulong DurableLsn { get; private set; }

    /// <summary>
    /// Chain after the last record accepted. A closing marker is checked against it, but does not move it.
    /// </summary>
    public uint Chain { get; private set; }

    /// <summary>The last record accepted is the closing marker.</summary>
    public bool Closed => _closed;

    public uint Epoch { get; private set; }

    public long LastMicros { get; private set; }

    /// <summary>Goes on in a segment; null, or why it does not follow.</summary>
    public string? Enter(SegmentHeader header, bool first)
    {
        _checksum = new SegmentChecksum(header.Salt);
        _closed = false;
        string? problem = header.Epoch < Epoch ? $"epoch {header.Epoch} after epoch {Epoch}"
            : header.PrevLastLsn != LastLsn ? $"a segment that follows LSN {header.PrevLastLsn}, not LSN {LastLsn}"
            : header.PrevChain != Chain ? $"a segment that follows other records up to LSN {LastLsn}"
            : header.Supersedes && LastLsn != CommittedLsn ? "a recovery that kept a part of a group"
            : header.InsideBatch != _batchOpen && !first ? "a segment that does not go on with the batch before it"
            : null;
        _batchOpen = header.InsideBatch;
        if (problem is null && !first)
        {
            DurableLsn = CommittedLsn;
        }

        Epoch = header.Epoch;
        LastMicros = Math.Max(LastMicros, header.CreatedUnixMicros);
        return problem;
    }

    /// <summary>Takes the next record; null, or why it cannot be the next.</summary>
    public string? Accept(in RecordFrame frame)
    {
        RecordHeader header = frame.Header;
        uint chain = _checksum.Chain(Chain, frame.HeaderBytes);
        if (_closed)
        {
            return "a record after the closing marker";
        }

        if (chain != header.Chain)
        {
            return "a record that does not follow the one before it";
        }

        string? problem = header.IsMarker ? AcceptMarker(frame) : AcceptData(header);
        if (problem is null && !_closed)
        {
            Chain = chain;
        }

        return problem;
    }

    private string? AcceptData(RecordHeader header)
    {
        if (header.Lsn != LastLsn + 1)
        {
            return $"LSN {header.Lsn}";
        }

        LastLsn = header.Lsn;
        _batchOpen = !header.Last;
        return null;
    }

    private string? AcceptMarker(in RecordFrame frame)
    {
        RecordHeader header = frame.Header;
        if (header.Lsn != 0 || header.Flags != 0 || !CommitMarker.TryRead(frame.Payload, out CommitMarker marker))
        {
            return "a marker with impossible fields";
        }

        if (marker.LastLsn != LastLsn || _batchOpen)
        {
            return $"a marker for LSN {marker.LastLsn}{(_batchOpen ? " inside a batch" : "")}";
        }

        return header.Type switch
        {
            WalFormat.CommitType => AcceptCommit(marker),
            WalFormat.CloseType => AcceptClose(marker),
            _ => $"a marker of type {header.Type}",
        };
    }

    private string? AcceptCommit(CommitMarker marker)
    {
        CommittedLsn = marker.LastLsn;
        DurableLsn = Math.Max(DurableLsn, marker.DurableUpTo);
        LastMicros = Math.Max(LastMicros, marker.CommitUnixMicros);
        Debug.Assert(DurableLsn <= CommittedLsn, "a marker proves no more than the groups it closes");
        return null;
    }

    private string? AcceptClose(CommitMarker marker)
    {
        if (marker.LastLsn != CommittedLsn || marker.DurableUpTo != marker.LastLsn)
        {
            return "a closing marker after records without their commit";
        }

        DurableLsn = CommittedLsn;
        LastMicros = Math.Max(LastMicros, marker.CommitUnixMicros);
        _closed = true;
        return null;
    }
}
