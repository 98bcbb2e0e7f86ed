namespace Vesper.Payloads;

/// <summary>The payload texts of a segment's rows.</summary>
internal interface IPayloadColumn
{
    int Count { get; }

    /// <summary>The row's JSON text; valid while the segment is leased.</summary>
    ReadOnlySpan<byte> this[Ordinal row] { get; }
}
